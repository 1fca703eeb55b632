import {
  actorOf,
  type CandidateEvent,
  type Delivery,
  faultAt,
  isObject,
  type ItemFault,
  objectOf,
  one,
  recordId,
  recordsDelivery,
  recordTime,
  type SourceSubmission,
  textOf,
  withFields,
  type Wrapping,
} from '../kit/index.js';
import { oktaMapping } from './okta.mapping.js';

const RECORD_NAMESPACE = 'c52a9f7d-0177-54c5-9309-f8ad88c643bd';

/** Okta's word for a name it does not have. */
const named = (value: unknown) => (value === 'unknown' ? undefined : value);

/**
 * Maps a record of Okta's System Log (https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/).
 */
export function oktaCandidate(record: unknown): CandidateEvent | ItemFault {
  if (!isObject(record)) return faultAt('OKTA.INVALID', '', 'a record must be an object');
  const eventType = textOf(record['eventType']);
  if (eventType === undefined) {
    const detail = record['eventType'] === undefined ? 'is missing' : 'must be a text';
    return faultAt('OKTA.INVALID', '/eventType', detail);
  }
  const mapping = oktaMapping(record);
  const actor = objectOf(record['actor']);
  return {
    event_id: recordId(RECORD_NAMESPACE, record['uuid'], record),
    event_type: mapping?.event_type ?? `okta.${eventType}`,
    user: actorOf(
      mapping?.user,
      named(actor['alternateId']),
      named(actor['displayName']),
      named(actor['id']),
    ),
    ...recordTime(record, ['published']),
    raw_data: withFields(record, mapping?.fields ?? {}),
  };
}

const WRAPPING: Wrapping = {
  lists: [],
  // Event hooks: Okta waits three seconds for an empty answer, and tries once more
  // (https://developer.okta.com/docs/concepts/event-hooks/).
  otherLists: [{ path: ['data', 'events'], expand: one(oktaCandidate), emptyAnswer: true }],
  whole: (body) => ('eventType' in body && !('data' in body) ? { record: body } : null),
  code: 'OKTA.INVALID',
  expected:
    'Expected an event hook ({"data": {"events": […]}}) or records of the System Log: a list, one record, or one record per line.',
};

/** How a body is divided: an event hook, or records of the System Log. */
export function oktaDelivery(submission: SourceSubmission): Delivery {
  return recordsDelivery(submission, WRAPPING, one(oktaCandidate));
}
