import {
  actorOf,
  type CandidateEvent,
  faultAt,
  isObject,
  type ItemFault,
  objectOf,
  objectsOf,
  recordId,
  recordTime,
  textOf,
} from '../kit/index.js';
import { cloudTrailUser } from './cloudtrail-user.js';

type TrailRecord = Readonly<Record<string, unknown>>;

const RECORD_NAMESPACE = '0f1c3c52-7a0e-5a55-8b7e-5f5a3d2b9c10';

/**
 * Maps a record of AWS CloudTrail
 * (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html).
 */
export function cloudTrailCandidate(record: unknown): CandidateEvent | ItemFault {
  if (!isObject(record)) return faultAt('CLOUDTRAIL.INVALID', '', 'a record must be an object');
  if (isInsight(record)) return insightCandidate(record);
  const { eventName, eventSource } = record;
  for (const [name, value] of Object.entries({ eventName, eventSource })) {
    if (typeof value !== 'string' || value === '') {
      return faultAt('CLOUDTRAIL.INVALID', `/${name}`, value === undefined ? 'is missing' : 'must be a text');
    }
  }
  const service = (eventSource as string).replace(/\.amazonaws\.com(\.cn)?$/, '');
  return {
    ...commonOf(record),
    event_type: `cloudtrail.${service}.${eventName as string}`,
    user: actorOf(cloudTrailUser(record['userIdentity'])),
  };
}

function commonOf(record: TrailRecord): CandidateEvent {
  return {
    // Trails deliver a file more than once now and then: a record without an id is known by its content.
    event_id: recordId(RECORD_NAMESPACE, record['eventID'], record),
    ...recordTime(record, ['eventTime']),
    raw_data: record,
  };
}

/** Whether a record is one of Insights, which tell of unusual activity rather than of a call. */
export function isInsight(record: TrailRecord): boolean {
  return record['eventType'] === 'AwsCloudTrailInsight' || record['eventCategory'] === 'Insight';
}

/**
 * Maps the beginning or end of unusual activity
 * (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-trails.html). Its `eventSource`
 * and `eventName` say which calls were unusual, so they are no part of its type: rules for these calls must not match it.
 */
function insightCandidate(record: TrailRecord): CandidateEvent | ItemFault {
  const details = objectOf(record['insightDetails']);
  const insightType = textOf(details['insightType']);
  if (insightType === undefined) {
    return faultAt('CLOUDTRAIL.INVALID', '/insightDetails/insightType', 'is missing, or no text');
  }
  // The identity that made most of these calls.
  const identities = objectsOf(objectOf(details['insightContext'])['attributions']).find(
    ({ attribute }) => attribute === 'userIdentityArn',
  );
  const arn = objectsOf(identities?.['insight'])[0]?.['value'];
  return {
    ...commonOf(record),
    event_type: `cloudtrail.insight.${insightType}`,
    user: actorOf(cloudTrailUser({ arn })),
  };
}
