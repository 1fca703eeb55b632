import {
  type CandidateEvent,
  faultAt,
  isObject,
  type ItemFault,
} from '../../accept-events/candidate-event.js';
import { one } from '../../read-body/delivery.js';
import { recordsDelivery, type Wrapping } from '../delivered-records.js';
import type { EventSource } from '../event-source.js';
import { recordTime } from '../record-time.js';
import { actorOf, recordId } from '../record-values.js';
import { cloudTrailUser } from './cloudtrail-user.js';

const RECORD_NAMESPACE = '0f1c3c52-7a0e-5a55-8b7e-5f5a3d2b9c10';

/**
 * Maps a record of AWS CloudTrail
 * (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html).
 */
export function cloudTrailCandidate(record: unknown): CandidateEvent | ItemFault {
  if (!isObject(record)) return faultAt('CLOUDTRAIL.INVALID', '', 'a record must be an object');
  const { eventID, eventName, eventSource } = record;
  for (const [name, value] of Object.entries({ eventName, eventSource })) {
    if (typeof value !== 'string' || value === '') {
      return faultAt('CLOUDTRAIL.INVALID', `/${name}`, value === undefined ? 'is missing' : 'must be a text');
    }
  }
  const service = (eventSource as string).replace(/\.amazonaws\.com(\.cn)?$/, '');
  return {
    // Trails deliver a file more than once now and then: a record without an id is known by its content.
    event_id: recordId(RECORD_NAMESPACE, eventID, record),
    event_type: `cloudtrail.${service}.${eventName as string}`,
    user: actorOf(cloudTrailUser(record['userIdentity'])),
    ...recordTime(record, ['eventTime']),
    raw_data: record,
  };
}

const WRAPPING: Wrapping = {
  lists: [['Records']],
  whole: (body) => ('eventName' in body ? { record: body } : null),
  code: 'CLOUDTRAIL.INVALID',
  expected: 'Expected a CloudTrail log file: {"Records": […]}, a list of records, or one record per line.',
};

/** AWS CloudTrail log files (`{"Records": […]}`), bare lists of records, a single record, or one record per line. */
export const cloudTrailSource: EventSource = {
  name: 'cloudtrail',
  delivery: (submission) => recordsDelivery(submission, WRAPPING, one(cloudTrailCandidate)),
};
