import { AppError } from '@mcm/kernel';
import { isObject } from './candidate-event.js';
import {
  type Delivery,
  type RecordExpansion,
  type RecordList,
  type RecordPart,
  ROOT,
  type Whole,
} from './delivery.js';
import { mediaTypeOf, type SourceSubmission } from './submission.js';

/** How a vendor wraps its records when it delivers them. */
export interface Wrapping {
  /** Where the list of records stands in a JSON object, as names of fields: `[['Records']]`. */
  readonly lists: readonly (readonly string[])[];
  /** Lists whose elements are mapped, or whose delivery is answered, in another way. */
  readonly otherLists?: readonly RecordList[];
  /** What a JSON object without such a list is; null when it is nothing that this vendor delivers. */
  whole(body: Readonly<Record<string, unknown>>): Whole | null;
  /** Code of the refusal of everything else. */
  readonly code: string;
  /** What is accepted, for the one who sent something else. */
  readonly expected: string;
}

/**
 * What vendors deliver: a wrapped list, a bare list, one record, or one record per line. A record that is refused, or a
 * line that is not JSON, harms no other.
 */
export function recordsDelivery(
  submission: SourceSubmission,
  wrapping: Wrapping,
  expand: RecordExpansion,
): Delivery {
  const lists = [
    ...[ROOT, ...wrapping.lists].map((path) => ({ path, expand })),
    ...(wrapping.otherLists ?? []),
  ];
  return {
    form: /ndjson|jsonl/.test(mediaTypeOf(submission)) ? 'lines' : 'json',
    lists: lists.map((list) => ({
      ...list,
      expand: (record) => list.expand(record).map(withContent),
    })),
    whole(body) {
      const whole = isObject(body) ? wrapping.whole(body) : null;
      if (whole === null) throw new AppError('invalid', wrapping.code, wrapping.expected);
      return whole;
    },
    expand: (record) => expand(record).map(withContent),
  };
}

/** The content of a vendor's event is what the vendor wrote, unless its mapping says otherwise. */
function withContent({ part, result }: RecordPart): RecordPart {
  return { part, result: 'errors' in result ? result : { content: part, ...result } };
}
