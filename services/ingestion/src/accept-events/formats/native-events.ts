import { EVENT_MEDIA_TYPES, type EventSubmission } from '@mcm/contracts';
import { AppError, isGzip } from '@mcm/kernel';
import {
  type CandidateEvent,
  type Delivery,
  faultAt,
  type ItemFault,
  mediaTypeOf,
  one,
  type RecordExpansion,
  ROOT,
} from '@mcm/sources';
import { nativeCandidate } from '../event-normaliser.js';
import { cloudEventCandidate, structuredFromBinary } from './cloud-events.js';

const looksLikeCloudEvent = (value: unknown) =>
  typeof value === 'object' && value !== null && 'specversion' in value && !('event_type' in value);

/** JSON without further notice is our own form, or a CloudEvent where it says so itself. */
const nativeOrCloudEvent = one((value: unknown): CandidateEvent | ItemFault =>
  looksLikeCloudEvent(value) ? cloudEventCandidate(value) : nativeCandidate(value),
);
const lineOf: RecordExpansion = (value) =>
  Array.isArray(value)
    ? [{ part: value, result: faultAt('EVENT.INVALID', '', LIST_IN_LINE) }]
    : nativeOrCloudEvent(value);
const LIST_IN_LINE = 'an event must be an object, not a list; a list is sent as application/json';
const cloudEvent = one(cloudEventCandidate);

/** What {@link nativeDelivery} reads. */
const NATIVE_TYPES: ReadonlySet<string> = new Set([
  ...EVENT_MEDIA_TYPES,
  'application/x-gzip',
  'application/ndjson',
  'application/jsonl',
]);

/** One JSON text is one item. */
const single = (expand: RecordExpansion): Delivery => ({
  form: 'json',
  lists: [],
  whole: (record) => ({ record }),
  expand,
});

/**
 * How the body of `POST /events` is divided into items.
 *
 * @throws AppError `INTAKE.TYPE_UNSUPPORTED`
 */
export function nativeDelivery(submission: EventSubmission): Delivery {
  const named = mediaTypeOf(submission);
  // Gzip is told by its first bytes: programs that send a file often name no type, or that of a form.
  const type = isGzip(submission.body) && !NATIVE_TYPES.has(named) ? 'application/gzip' : named;
  // A structured event may repeat its attributes in headers (HTTP protocol binding, section 3.2.3).
  const structured = type.startsWith('application/cloudevents');
  if (submission.headers['ce-specversion'] !== undefined && !structured) return binaryCloudEvent(submission);
  switch (type) {
    // What is inside a gzip file without further notice is taken for JSON.
    case 'application/gzip':
    case 'application/x-gzip':
    case 'application/json':
      return {
        ...single(nativeOrCloudEvent),
        lists: [{ path: ROOT, expand: nativeOrCloudEvent }],
      };
    case 'application/x-ndjson':
    case 'application/ndjson':
    case 'application/jsonl':
      return { ...single(lineOf), form: 'lines' };
    case 'application/cloudevents+json':
      return single(cloudEvent);
    case 'application/cloudevents-batch+json':
      return {
        ...single(cloudEvent),
        lists: [{ path: ROOT, expand: cloudEvent }],
        whole: () => {
          throw new AppError('invalid', 'CLOUDEVENT.INVALID', 'A CloudEvents batch must be a list.');
        },
      };
    default:
      throw new AppError(
        'unsupported',
        'INTAKE.TYPE_UNSUPPORTED',
        `${type === '' ? 'A body without a content type' : `The content type ${JSON.stringify(type)}`} is not supported here; send ${EVENT_MEDIA_TYPES.join(', ')}.`,
      );
  }
}

/** The body is the data of one event, whose attributes are in the headers. */
function binaryCloudEvent(submission: EventSubmission): Delivery {
  return {
    ...single(cloudEvent),
    form: 'bytes',
    whole: (bytes) => ({ record: structuredFromBinary(submission.headers, bytes as Buffer) }),
  };
}
