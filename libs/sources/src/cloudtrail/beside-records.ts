import { isObject, objectOf, textOf } from '../kit/index.js';

type Body = Readonly<Record<string, unknown>>;

/** Something that AWS sends on the same ways as records, and that holds none. */
export interface BesideRecords {
  /** Stable, `CLOUDTRAIL.REASON`. */
  code: string;
  /** What it is, and what to do about it. */
  detail: string;
  /** Nothing is missing because of it, so its sender needs no error. */
  harmless: boolean;
}

type Recognition = Omit<BesideRecords, 'detail'> & {
  is(body: Body): boolean;
  detail(body: Body): string;
};

const quoted = (value: unknown) => JSON.stringify(textOf(value)?.slice(0, 300) ?? '?');

/** Types of EventBridge events that carry a record of CloudTrail as `detail`, as in "AWS API Call via CloudTrail". */
const VIA_CLOUDTRAIL = / via CloudTrail$/;

/** Whether this is an EventBridge event around a record of CloudTrail. */
export function isEventAroundRecord(body: Body): boolean {
  return VIA_CLOUDTRAIL.test(textOf(body['detail-type']) ?? '') && isObject(body['detail']);
}

const RECOGNISED: readonly Recognition[] = [
  {
    // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
    code: 'CLOUDTRAIL.DIGEST_FILE',
    harmless: true,
    is: (body) => 'digestS3Object' in body && 'logFiles' in body,
    detail: () =>
      'this is a digest file of CloudTrail, which proves log files and holds no records; nothing was stored',
  },
  {
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
    code: 'CLOUDTRAIL.S3_TEST_EVENT',
    harmless: true,
    is: (body) => body['Event'] === 's3:TestEvent',
    detail: () =>
      'this is the test that S3 sends when notifications of a bucket are set up; nothing was stored',
  },
  {
    code: 'CLOUDTRAIL.S3_NOTIFICATION',
    harmless: false,
    is: (body) =>
      (body['eventSource'] === 'aws:s3' && isObject(body['s3'])) ||
      ('s3Bucket' in body && 's3ObjectKey' in body) ||
      (body['source'] === 'aws.s3' && isObject(objectOf(body['detail'])['object'])),
    detail: (body) =>
      `this is a notification that S3 holds ${objectNamed(body)}, without the records in it; fetch the object and send its content`,
  },
  {
    // https://docs.aws.amazon.com/sns/latest/dg/http-subscription-confirmation-json.html
    code: 'CLOUDTRAIL.SNS_SUBSCRIPTION',
    harmless: false,
    is: (body) => body['Type'] === 'SubscriptionConfirmation' && 'TopicArn' in body,
    detail: ({ TopicArn }) =>
      `this is the question of Amazon SNS whether it may deliver the topic ${quoted(TopicArn)} here. Nothing is opened from here: ` +
      'if you want these deliveries, open the SubscribeURL of this message (GET /dead-letters shows it) yourself, or call ' +
      '"aws sns confirm-subscription" with its TopicArn and Token',
  },
  {
    code: 'CLOUDTRAIL.SNS_UNSUBSCRIBED',
    harmless: false,
    is: (body) => body['Type'] === 'UnsubscribeConfirmation' && 'TopicArn' in body,
    detail: ({ TopicArn }) =>
      `this says that Amazon SNS delivers the topic ${quoted(TopicArn)} here no longer; open its SubscribeURL to undo that`,
  },
  {
    code: 'CLOUDTRAIL.SNS_NOTIFICATION',
    harmless: false,
    is: (body) => body['Type'] === 'Notification' && 'TopicArn' in body,
    detail: ({ TopicArn }) =>
      `this is a notification of the topic ${quoted(TopicArn)} of Amazon SNS that cannot be opened here: its Message must be JSON, and it must be sent alone, as SNS does`,
  },
  {
    code: 'CLOUDTRAIL.LOGS_MESSAGE',
    harmless: false,
    is: (body) => ['awslogs', 'kinesis'].some((name) => textOf(objectOf(body[name])['data']) !== undefined),
    detail: () =>
      'this is a subscription message of CloudWatch Logs that cannot be opened here: its data must be gzip in base64, and it must be sent alone',
  },
  {
    code: 'CLOUDTRAIL.OTHER_EVENT',
    harmless: false,
    is: (body) => 'detail-type' in body && 'detail' in body && !isEventAroundRecord(body),
    detail: (body) =>
      `this is an EventBridge event ${quoted(body['detail-type'])}, which holds no record of CloudTrail; match "AWS … via CloudTrail" in its rule`,
  },
  {
    code: 'CLOUDTRAIL.OTHER_EVENT',
    harmless: false,
    is: (body) => /^aws:/.test(textOf(body['eventSource'] ?? body['EventSource']) ?? ''),
    detail: (body) =>
      `this is an event of ${quoted(body['eventSource'] ?? body['EventSource'])} for a Lambda function, and no record of CloudTrail`,
  },
];

/** What this is, where it is one of the things that AWS sends beside records; null for all others. */
export function besideRecords(body: Body): BesideRecords | null {
  const found = RECOGNISED.find((candidate) => candidate.is(body));
  return found === undefined
    ? null
    : { code: found.code, harmless: found.harmless, detail: found.detail(body) };
}

/** Which object an S3 notification is about, in each of its forms. */
function objectNamed(body: Body): string {
  const { bucket, object } = objectOf(body['s3'] ?? body['detail']);
  const key =
    objectOf(object)['key'] ?? (Array.isArray(body['s3ObjectKey']) ? body['s3ObjectKey'][0] : undefined);
  return quoted(`s3://${textOf(objectOf(bucket)['name'] ?? body['s3Bucket']) ?? '?'}/${textOf(key) ?? '?'}`);
}
