import { EVENT_MEDIA_TYPES, type EventSubmission } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import type { CandidateEvent, IntakeItem, ItemFault } from '../candidate-event.js';
import { nativeCandidate } from '../event-normaliser.js';
import { parseJsonBody, parseNdjson } from '../parse-json.js';
import { cloudEventCandidate, structuredFromBinary } from './cloud-events.js';

type Candidate = (value: unknown) => CandidateEvent | ItemFault;

function item(index: number, value: unknown, candidate: Candidate): IntakeItem {
  const result = candidate(value);
  return 'code' in result && 'errors' in result
    ? { index, fault: result as ItemFault, original: value }
    : { index, candidate: result as CandidateEvent, original: value };
}

/** One item per line; a line that is not JSON is a refused item. */
export function ndjsonItems(text: string, candidate: Candidate): IntakeItem[] {
  return parseNdjson(text).map((line) =>
    'fault' in line
      ? {
          index: line.index,
          fault: {
            code: 'INTAKE.MALFORMED_JSON',
            reason: line.fault,
            errors: [{ pointer: '', detail: line.fault }],
          },
          original: line.text,
        }
      : item(line.index, line.value, candidate),
  );
}

/** One item per element of a list. */
export function listItems(values: readonly unknown[], candidate: Candidate): IntakeItem[] {
  return values.map((value, index) => item(index, value, candidate));
}

/** The media type of a submission without parameters, lower case. */
export function mediaTypeOf(submission: EventSubmission): string {
  return (submission.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
}

const looksLikeCloudEvent = (value: unknown) =>
  typeof value === 'object' && value !== null && 'specversion' in value && !('event_type' in value);

/** JSON without further notice is our own form, or a CloudEvent where it says so itself. */
const nativeOrCloudEvent: Candidate = (value) =>
  looksLikeCloudEvent(value) ? cloudEventCandidate(value) : nativeCandidate(value);

/**
 * Splits the body of `POST /events` into items.
 *
 * @throws AppError when the body as a whole cannot be read
 */
export function nativeItems(submission: EventSubmission, text: string): IntakeItem[] {
  const type = mediaTypeOf(submission);
  if (submission.headers['ce-specversion'] !== undefined) {
    const json = type === '' || /[/+]json$/.test(type);
    const data =
      text.trim() === '' ? undefined : json ? parseJsonBody(text) : { text, datacontenttype: type };
    return listItems([structuredFromBinary(submission.headers, data)], cloudEventCandidate);
  }
  switch (type) {
    // What is inside a gzip file without further notice is taken for JSON.
    case 'application/gzip':
    case 'application/x-gzip':
    case 'application/json': {
      const value = parseJsonBody(text);
      return listItems(Array.isArray(value) ? value : [value], nativeOrCloudEvent);
    }
    case 'application/x-ndjson':
    case 'application/ndjson':
    case 'application/jsonl':
      return ndjsonItems(text, nativeOrCloudEvent);
    case 'application/cloudevents+json':
      return listItems([parseJsonBody(text)], cloudEventCandidate);
    case 'application/cloudevents-batch+json': {
      const value = parseJsonBody(text);
      if (Array.isArray(value)) return listItems(value, cloudEventCandidate);
      throw new AppError('invalid', 'CLOUDEVENT.INVALID', 'A CloudEvents batch must be a list.');
    }
    default:
      throw new AppError(
        'unsupported',
        'INTAKE.TYPE_UNSUPPORTED',
        `${type === '' ? 'A body without a content type' : `The content type ${JSON.stringify(type)}`} is not supported here; send ${EVENT_MEDIA_TYPES.join(', ')}.`,
      );
  }
}
