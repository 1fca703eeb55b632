import type { EventSubmission } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import {
  type CandidateEvent,
  type IntakeItem,
  isObject,
  type ItemFault,
} from '../accept-events/candidate-event.js';
import { mediaTypeOf, ndjsonItems } from '../accept-events/formats/native-events.js';
import { parseJsonBody } from '../accept-events/parse-json.js';
import type { RecordExpansion, RecordMapping } from './event-source.js';

/** How a vendor wraps its records when it delivers them. */
export interface Wrapping {
  /** The list of records in a JSON object; null when the object is a single record, undefined when it is neither. */
  listIn(body: Readonly<Record<string, unknown>>): readonly unknown[] | null | undefined;
  /** Code of the refusal of everything else. */
  code: string;
  /** What is accepted, for the one who sent something else. */
  expected: string;
}

/**
 * Reads what vendors deliver: a wrapped list, a bare list, one record, or one record per line. A record that is refused,
 * or a line that is not JSON, harms no other.
 *
 * @throws AppError with the wrapping's code, or when the body is not JSON
 */
export function deliveredItems(
  submission: EventSubmission,
  text: string,
  wrapping: Wrapping,
  expand: RecordExpansion,
): IntakeItem[] {
  if (/ndjson|jsonl/.test(mediaTypeOf(submission))) {
    // Lines are parsed into bare candidates first, and expanded where they could be.
    return ndjsonItems(text, (value) => ({ raw_data: value })).flatMap((line) =>
      'fault' in line ? [line] : itemsOf(line.index, line.original, expand),
    );
  }
  const body = parseJsonBody(text);
  const list = Array.isArray(body) ? (body as unknown[]) : isObject(body) ? wrapping.listIn(body) : undefined;
  if (list === undefined) throw new AppError('invalid', wrapping.code, wrapping.expected);
  return (list ?? [body]).flatMap((record, index) => itemsOf(index, record, expand));
}

/** For vendors whose records are one event each. */
export function one(map: RecordMapping): RecordExpansion {
  return (record) => [{ part: record, result: map(record) }];
}

function itemsOf(index: number, record: unknown, expand: RecordExpansion): IntakeItem[] {
  return expand(record).map(({ part, result }) =>
    isFault(result) ? { index, fault: result, original: part } : { index, candidate: result, original: part },
  );
}

function isFault(result: CandidateEvent | ItemFault): result is ItemFault {
  return 'errors' in result;
}
