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
import { actorOf, objectOf, recordId, textOf, withFields } from '../record-values.js';
import { oktaMeaning } from './okta.meaning.js';
import { checkOktaSecret } from './okta-secret.js';

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
  const meaning = oktaMeaning(record);
  const actor = objectOf(record['actor']);
  return {
    event_id: recordId(RECORD_NAMESPACE, record['uuid'], record),
    event_type: meaning?.event_type ?? `okta.${eventType}`,
    user: actorOf(
      meaning?.user,
      named(actor['alternateId']),
      named(actor['displayName']),
      named(actor['id']),
    ),
    ...recordTime(record, ['published']),
    raw_data: withFields(record, meaning?.fields ?? {}),
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

/** Event hooks of Okta, and its System Log as lists of records, a single record, or one record per line. */
export const oktaSource: EventSource = {
  name: 'okta',
  checkSender(submission, { oktaSecret }) {
    if (oktaSecret === '') return false;
    checkOktaSecret(submission, oktaSecret);
    return true;
  },
  delivery: (submission) => recordsDelivery(submission, WRAPPING, one(oktaCandidate)),
};
