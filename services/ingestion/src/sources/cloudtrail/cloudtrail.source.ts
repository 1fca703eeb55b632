import { AppError, nameBasedId } from '@mcm/kernel';
import {
  type CandidateEvent,
  faultAt,
  isObject,
  type ItemFault,
} from '../../accept-events/candidate-event.js';
import { listItems, mediaTypeOf, ndjsonItems } from '../../accept-events/formats/native-events.js';
import { parseJsonBody } from '../../accept-events/parse-json.js';
import type { EventSource } from '../event-source.js';
import { cloudTrailUser } from './cloudtrail-user.js';

const RECORD_NAMESPACE = '0f1c3c52-7a0e-5a55-8b7e-5f5a3d2b9c10';

/**
 * Maps a record of AWS CloudTrail
 * (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html).
 */
export function cloudTrailCandidate(record: unknown): CandidateEvent | ItemFault {
  if (!isObject(record)) return faultAt('CLOUDTRAIL.INVALID', '', 'a record must be an object');
  const { eventID, eventName, eventSource, eventTime } = record;
  for (const [name, value] of Object.entries({ eventName, eventSource, eventTime })) {
    if (typeof value !== 'string' || value === '') {
      return faultAt('CLOUDTRAIL.INVALID', `/${name}`, value === undefined ? 'is missing' : 'must be a text');
    }
  }
  const service = (eventSource as string).replace(/\.amazonaws\.com(\.cn)?$/, '');
  return {
    // Trails deliver a file more than once now and then: a record without an id is known by its content.
    event_id: eventID ?? nameBasedId(RECORD_NAMESPACE, JSON.stringify(record)),
    event_type: `cloudtrail.${service}.${eventName as string}`,
    user: cloudTrailUser(record['userIdentity']),
    timestamp: eventTime,
    raw_data: record,
  };
}

/** AWS CloudTrail log files (`{"Records": […]}`), bare lists of records, a single record, or one record per line. */
export const cloudTrailSource: EventSource = {
  name: 'cloudtrail',
  items(submission, text) {
    if (/ndjson|jsonl/.test(mediaTypeOf(submission))) return ndjsonItems(text, cloudTrailCandidate);
    const body = parseJsonBody(text);
    if (Array.isArray(body)) return listItems(body, cloudTrailCandidate);
    if (isObject(body)) {
      if (Array.isArray(body['Records'])) return listItems(body['Records'], cloudTrailCandidate);
      if ('eventName' in body) return listItems([body], cloudTrailCandidate);
    }
    throw new AppError(
      'invalid',
      'CLOUDTRAIL.INVALID',
      'Expected a CloudTrail log file: {"Records": […]}, or a list of records.',
      { errors: [{ pointer: '/Records', detail: 'must be a list' }] },
    );
  },
};
