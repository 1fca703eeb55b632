import { charactersOf } from '../../message-text.js';

/**
 * A batch as the data of a BullMQ job. The messages are one JSON text, not a tree: PostgreSQL need not parse it, which
 * is faster, and it may hold what jsonb refuses (U+0000, lone surrogates, deep nesting). The job is named after the
 * number of its messages, so that what waits can be counted without reading any data.
 */
export interface BatchData {
  /** JSON array of the messages; absent when it is kept beside the job, see `BatchStore.keep`. */
  messages?: string;
  /** Tries that ended with an error before the batch got its present form. */
  failures: number;
}

/**
 * Longest text inside of a job, in UTF-16 units. BullMQ writes the data of a job as JSON, reads it back whenever it
 * touches the job and parses it each time: for a short text that is cheaper than a statement more, for a long one
 * everything else is cheap beside it.
 */
const LONGEST_INSIDE = 32 * 1024;

/** Ids of jobs that hold their messages begin with the one, ids of the others with the other. */
export const INSIDE_PREFIX = 'i';
export const BESIDE_PREFIX = 's';

/** Whether the messages of a batch are kept beside the job. */
export function isLong(texts: readonly string[]): boolean {
  return charactersOf(texts) + texts.length + 1 > LONGEST_INSIDE;
}

/** The text of a batch that is inside of the job; null for one that is beside it. */
export function textInside(data: unknown): string | null {
  return (data as BatchData).messages ?? null;
}

export function failuresOf(data: unknown): number {
  return (data as BatchData).failures;
}
