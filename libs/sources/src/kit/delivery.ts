import type { CandidateEvent, ItemFault } from './candidate-event.js';

/**
 * How a body is read: where its items stand, and what each of them is. Items are found by counting brackets before
 * anything is parsed, so that a body with too much in it costs next to nothing.
 */
export interface Delivery {
  /**
   * `json` for one JSON text, `lines` for one JSON text per line, `bytes` for a body that is one item of whatever form,
   * handed to {@link whole} as a `Uint8Array`.
   */
  readonly form: 'json' | 'lines' | 'bytes';
  /** Where a list of items may stand in a JSON text. In all other places lists are part of an item. */
  readonly lists: readonly RecordList[];
  /**
   * What a JSON text is that holds none of {@link lists}.
   *
   * @throws AppError when it is nothing that is delivered here
   */
  whole(body: unknown): Whole;
  /** One item of a body without a list: a line, or what {@link whole} calls a record. */
  readonly expand: RecordExpansion;
}

/** A list whose elements are items. */
export interface RecordList {
  /** Names of the fields that lead to it, outermost first; none for a body that is a list itself. */
  readonly path: readonly string[];
  readonly expand: RecordExpansion;
  /** The sender of such a list expects an answer without a body. */
  readonly emptyAnswer?: true;
}

export type Whole =
  /** One record. */
  | { readonly record: unknown }
  /** Something that holds no record; `note` says in the answer what it is. */
  | { readonly records: readonly []; readonly note?: string }
  /** Another delivery in the form of bytes or of a text, also as gzip; it is read in the same way. */
  | { readonly nested: Uint8Array | string };

/** Maps one record to the events that it holds, or says why it is none. */
export type RecordExpansion = (record: unknown) => readonly RecordPart[];

/** One event of a record: the part of the record that it is made of, and what it is mapped to. */
export interface RecordPart {
  part: unknown;
  result: CandidateEvent | ItemFault;
}

/** Maps one record of a source to an event, or says why it is none. The record itself is kept in `raw_data`. */
export type RecordMapping = (record: unknown) => CandidateEvent | ItemFault;

/** For records that are one event each. */
export function one(map: RecordMapping): RecordExpansion {
  return (record) => [{ part: record, result: map(record) }];
}

/** The path of a body that is a list. */
export const ROOT: readonly string[] = [];
