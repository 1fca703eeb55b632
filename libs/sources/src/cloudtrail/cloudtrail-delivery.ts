import { isGzip, parseJson } from '@mcm/kernel';
import {
  type CandidateEvent,
  type Delivery,
  faultAt,
  isObject,
  type ItemFault,
  objectOf,
  type RecordExpansion,
  type RecordPart,
  recordsDelivery,
  type SourceSubmission,
  textOf,
  type Whole,
  type Wrapping,
} from '../kit/index.js';
import { besideRecords, isEventAroundRecord } from './beside-records.js';
import { cloudTrailCandidate, isInsight } from './cloudtrail-record.js';

type Body = Readonly<Record<string, unknown>>;

/** A record, as it is or as the `detail` of an EventBridge event. */
const expandRecord: RecordExpansion = (record) => [mapped(record, record)];

/** An event of a LookupEvents answer, or a log event of CloudWatch Logs: the record is a text in one of its fields. */
const expandRecordIn =
  (field: 'CloudTrailEvent' | 'message'): RecordExpansion =>
  (carrier) => {
    const text = textOf(objectOf(carrier)[field]);
    // What CloudWatch Logs sends to see whether the receiver of a subscription is there.
    if (field === 'message' && text?.startsWith('CWL CONTROL MESSAGE:') === true) return [];
    const record = text === undefined ? undefined : jsonOrUndefined(text);
    if (record === undefined) {
      const result = faultAt('CLOUDTRAIL.INVALID', `/${field}`, 'must hold a record of CloudTrail as JSON');
      return [{ part: carrier, result }];
    }
    const { part, result } = mapped(record, carrier);
    return [{ part, result: 'errors' in result ? result : { ...result, lookForUnstorable: true } }];
  };

function mapped(value: unknown, carrier: unknown): RecordPart {
  if (!isObject(value)) return { part: carrier, result: cloudTrailCandidate(value) };
  if (isEventAroundRecord(value)) {
    const { detail } = value;
    const result = cloudTrailCandidate(detail);
    return { part: 'errors' in result ? value : detail, result };
  }
  if ('CloudTrailEvent' in value) return expandRecordIn('CloudTrailEvent')(value)[0]!;
  const beside = besideRecords(value);
  const result: CandidateEvent | ItemFault =
    beside === null ? cloudTrailCandidate(value) : faultAt(beside.code, '', beside.detail);
  return { part: value, result };
}

function jsonOrUndefined(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What is delivered alone: something that holds other deliveries, something beside records, or one record. */
function wholeOf(body: Body): Whole | null {
  const nested = nestedIn(body);
  if (nested !== undefined) return { nested };
  const beside = besideRecords(body);
  if (beside?.harmless === true) return { records: [], note: `${beside.code}: ${beside.detail}` };
  const isRecord =
    'eventName' in body || isInsight(body) || 'CloudTrailEvent' in body || isEventAroundRecord(body);
  return isRecord || beside !== null ? { record: body } : null;
}

/**
 * The delivery inside of a notification of Amazon SNS
 * (https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html), or of a subscription message of CloudWatch
 * Logs as Lambda and Kinesis have it: gzip in base64
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html).
 */
function nestedIn(body: Body): Uint8Array | string | undefined {
  if (body['Type'] === 'Notification' && 'TopicArn' in body) {
    const message = textOf(body['Message']);
    return message !== undefined && /^\s*[{[]/.test(message) ? message : undefined;
  }
  const data = textOf(objectOf(body['awslogs'] ?? body['kinesis'])['data']);
  const bytes = data === undefined ? undefined : Buffer.from(data, 'base64');
  return bytes !== undefined && isGzip(bytes) ? bytes : undefined;
}

const WRAPPING: Wrapping = {
  lists: [['Records']],
  otherLists: [
    { path: ['Events'], expand: expandRecordIn('CloudTrailEvent') },
    { path: ['logEvents'], expand: expandRecordIn('message') },
  ],
  whole: wholeOf,
  code: 'CLOUDTRAIL.INVALID',
  expected:
    'Expected a CloudTrail log file ({"Records": […]}), a list of records, one record per line, an event of EventBridge, a notification of SNS, a subscription message of CloudWatch Logs, or the answer of LookupEvents.',
};

/** How a body is divided into records: a log file, or what EventBridge, SNS, CloudWatch Logs and LookupEvents make of them. */
export function cloudTrailDelivery(submission: SourceSubmission): Delivery {
  return recordsDelivery(submission, WRAPPING, expandRecord);
}
