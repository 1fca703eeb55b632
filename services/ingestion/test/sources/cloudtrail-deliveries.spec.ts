import { gzipSync } from 'node:zlib';
import type { JsonObject } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { type RunningIntake, startIntake } from '../running-intake.js';
import { mutants } from '../source-suite.js';

const record = (id: string, fields: object = {}) => ({
  eventVersion: '1.08',
  eventID: id,
  eventTime: '2026-11-23T10:00:00Z',
  eventSource: 'cloudtrail.amazonaws.com',
  eventName: 'StopLogging',
  awsRegion: 'eu-central-1',
  userIdentity: { type: 'IAMUser', userName: 'alice' },
  ...fields,
});

/** https://docs.aws.amazon.com/sns/latest/dg/http-notification-json.html */
const sns = (message: unknown, fields: object = {}) => ({
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: 'arn:aws:sns:eu-central-1:123456789012:trail',
  Message: typeof message === 'string' ? message : JSON.stringify(message),
  Timestamp: '2026-11-23T10:00:01.000Z',
  SignatureVersion: '1',
  ...fields,
});

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html */
const eventBridge = (type: string, detail: unknown, source = 'aws.cloudtrail') => ({
  version: '0',
  id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
  'detail-type': type,
  source,
  account: '123456789012',
  time: '2026-11-23T10:00:00Z',
  region: 'eu-central-1',
  resources: [],
  detail,
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html */
const logsMessage = (messages: readonly string[], messageType = 'DATA_MESSAGE') => ({
  messageType,
  owner: '123456789012',
  logGroup: 'CloudTrail/logs',
  logStream: '123456789012_CloudTrail/logs_eu-central-1',
  subscriptionFilters: ['monitor'],
  logEvents: messages.map((message, i) => ({ id: String(i), timestamp: 1_795_428_000_000, message })),
});
const zipped = (value: unknown) => gzipSync(JSON.stringify(value)).toString('base64');

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
const s3Notification = {
  eventVersion: '2.1',
  eventSource: 'aws:s3',
  awsRegion: 'eu-central-1',
  eventTime: '2026-11-23T10:00:00.000Z',
  eventName: 'ObjectCreated:Put',
  userIdentity: { principalId: 'AIDAJDPLRKLG7UEXAMPLE' },
  s3: {
    s3SchemaVersion: '1.0',
    bucket: { name: 'trail' },
    object: { key: 'AWSLogs/1/CloudTrail/file.json.gz' },
  },
};

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html */
const digest = {
  awsAccountId: '111122223333',
  digestStartTime: '2026-11-23T09:01:31Z',
  digestEndTime: '2026-11-23T10:01:31Z',
  digestS3Bucket: 'trail',
  digestS3Object: 'AWSLogs/111122223333/CloudTrail-Digest/eu-central-1/2026/11/23/file.json.gz',
  previousDigestS3Bucket: 'trail',
  logFiles: [
    { s3Bucket: 'trail', s3Object: 'AWSLogs/111122223333/CloudTrail/file.json.gz', hashValue: '9bb6' },
  ],
};

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-trails.html */
const insight = {
  eventVersion: '1.08',
  eventTime: '2026-11-23T10:00:00Z',
  awsRegion: 'eu-central-1',
  eventID: '55ed45c5-0b0c-4228-9fe5-EXAMPLEc3f4d',
  eventType: 'AwsCloudTrailInsight',
  recipientAccountId: '123456789012',
  sharedEventID: '979c82fe-14d4-4e4c-aa01-EXAMPLE3acee',
  eventCategory: 'Insight',
  insightDetails: {
    state: 'Start',
    eventSource: 'autoscaling.amazonaws.com',
    eventName: 'CompleteLifecycleAction',
    insightType: 'ApiCallRateInsight',
    insightContext: {
      statistics: { baseline: { average: 0.0017 }, insight: { average: 0.6 }, insightDuration: 5 },
      attributions: [
        {
          attribute: 'userIdentityArn',
          insight: [{ value: 'arn:aws:sts::123456789012:assumed-role/Deployer/ci', average: 0.6 }],
          baseline: [],
        },
        {
          attribute: 'userAgent',
          insight: [{ value: 'codedeploy.amazonaws.com', average: 0.6 }],
          baseline: [],
        },
      ],
    },
  },
};

describe('deliveries of CloudTrail', () => {
  let intake: RunningIntake;
  beforeEach(() => {
    intake = startIntake();
  });
  afterEach(() => intake.close());
  const submit = (body: unknown, headers: Record<string, string> = {}) =>
    intake.submit('cloudtrail', body, headers);
  const published = () =>
    intake.published.map(({ event_id, event_type, user }) => [event_id, event_type, user]);
  const STOPPED = ['cloudtrail.cloudtrail.StopLogging', 'alice'];

  it('are taken from whatever AWS has put around the record, as the same event', async () => {
    const one = record('r-1');
    const lookup = { EventId: 'r-1', EventName: 'StopLogging', CloudTrailEvent: JSON.stringify(one) };
    const viaEventBridge = eventBridge('AWS API Call via CloudTrail', one);
    const bodies = [
      { Records: [one] },
      viaEventBridge,
      [viaEventBridge],
      { awslogs: { data: zipped(logsMessage([JSON.stringify(one)])) } },
      { kinesis: { data: zipped(logsMessage([JSON.stringify(one)])) }, eventSource: 'aws:kinesis' },
      logsMessage([JSON.stringify(one)]),
      { Events: [lookup], NextToken: 'x' },
      lookup,
      sns({ Records: [one] }),
      sns(viaEventBridge),
      sns(one),
      sns(sns(viaEventBridge)),
    ];
    for (const body of bodies) expect(await submit(body)).toMatchObject({ received: 1, accepted: 1 });
    for (const event of intake.published) {
      expect([event.event_id, event.event_type, event.user, event.timestamp]).toEqual([
        'r-1',
        ...STOPPED,
        '2026-11-23T10:00:00.000Z',
      ]);
      expect(event.raw_data).toEqual(one);
      expect(event.content_hash).toBe(intake.published[0]!.content_hash);
    }
    expect(intake.published).toHaveLength(bodies.length);
  });

  it('take every record of an envelope, and name the one that is none', async () => {
    const messages = ['r-1', 'r-2', 'r-3'].map((id) => JSON.stringify(record(id)));
    const data = zipped(logsMessage([messages[0]!, '2 123456789010 eni-1 ACCEPT', ...messages.slice(1)]));
    expect(await submit({ awslogs: { data } })).toMatchObject({
      received: 4,
      accepted: 3,
      rejected: [{ index: 1, code: 'CLOUDTRAIL.INVALID', errors: [{ pointer: '/message' }] }],
    });
    const events = [{ EventId: 'x' }, { CloudTrailEvent: '{"half' }, { CloudTrailEvent: messages[0] }];
    expect(await submit({ Events: events })).toMatchObject({ received: 3, accepted: 1 });
  });

  it('take Insights as what they are, apart from the calls that they are about', async () => {
    await submit({ Records: [insight] });
    await submit(eventBridge('AWS Insight via CloudTrail', { ...insight, eventCategory: undefined }));
    expect(published()).toEqual(
      Array(2).fill([insight.eventID, 'cloudtrail.insight.ApiCallRateInsight', 'Deployer/ci']),
    );
    expect(intake.published[0]!.raw_data).toEqual(insight);
    expect(await submit({ Records: [{ ...insight, insightDetails: {} }] })).toMatchObject({
      accepted: 0,
      rejected: [{ errors: [{ pointer: '/insightDetails/insightType' }] }],
    });
  });

  it('keep characters that cannot be stored, hidden in texts within texts, out of the database', async () => {
    const text = JSON.stringify(record('r-1', { errorMessage: 'a\u0000b' })).replaceAll('\\', '\\u005c');
    await submit(`{"Events": [{"CloudTrailEvent": ${JSON.stringify(text).replaceAll('\\\\', '\\')}}]}`);
    expect(intake.published).toMatchObject([{ raw_data: { errorMessage: 'a\uFFFDb' } }]);
  });

  it.each([
    ['a digest file', digest, 'CLOUDTRAIL.DIGEST_FILE'],
    [
      'the test event of S3',
      { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: 'trail' },
      'CLOUDTRAIL.S3_TEST_EVENT',
    ],
    [
      'the same through SNS',
      sns({ Service: 'Amazon S3', Event: 's3:TestEvent' }),
      'CLOUDTRAIL.S3_TEST_EVENT',
    ],
  ])('pass over %s, and say so', async (_what, body, code) => {
    expect(await submit(body)).toMatchObject({
      received: 0,
      accepted: 0,
      rejected: [],
      warnings_total: 1,
      warnings: [{ index: 0, pointer: '', detail: expect.stringContaining(code) }],
    });
    expect(intake.published).toEqual([]);
    expect(intake.deadLetters).toEqual([]);
  });

  it('pass over the control messages of CloudWatch Logs', async () => {
    const control = 'CWL CONTROL MESSAGE: Checking health of destination Firehose.';
    const data = zipped(logsMessage([control], 'CONTROL_MESSAGE'));
    expect(await submit({ awslogs: { data } })).toMatchObject({ received: 0, rejected: [] });
  });

  it.each([
    ['an S3 notification', { Records: [s3Notification] }, 'CLOUDTRAIL.S3_NOTIFICATION', 's3://trail/AWSLogs'],
    [
      'the same through SNS',
      sns({ Records: [s3Notification] }),
      'CLOUDTRAIL.S3_NOTIFICATION',
      'fetch the object',
    ],
    [
      "CloudTrail's own notification of a file",
      sns({ s3Bucket: 'trail', s3ObjectKey: ['AWSLogs/1.json.gz'] }),
      'CLOUDTRAIL.S3_NOTIFICATION',
      's3://trail/AWSLogs/1.json.gz',
    ],
    [
      'the notification of EventBridge',
      eventBridge('Object Created', { bucket: { name: 'trail' }, object: { key: 'k' } }, 'aws.s3'),
      'CLOUDTRAIL.S3_NOTIFICATION',
      's3://trail/k',
    ],
    [
      'the question of SNS',
      sns('You have chosen to subscribe', {
        Type: 'SubscriptionConfirmation',
        Token: 't',
        SubscribeURL: 'https://x',
      }),
      'CLOUDTRAIL.SNS_SUBSCRIPTION',
      'SubscribeURL',
    ],
    [
      'the end of a subscription',
      sns('You have chosen to unsubscribe', { Type: 'UnsubscribeConfirmation' }),
      'CLOUDTRAIL.SNS_UNSUBSCRIBED',
      'arn:aws:sns',
    ],
    ['an SNS message in words', sns('ALARM: disk'), 'CLOUDTRAIL.SNS_NOTIFICATION', 'JSON'],
    [
      'another EventBridge event',
      eventBridge('GuardDuty Finding', {}),
      'CLOUDTRAIL.OTHER_EVENT',
      'GuardDuty Finding',
    ],
    [
      'what a queue hands to Lambda',
      { Records: [{ eventSource: 'aws:sqs', body: '{}' }] },
      'CLOUDTRAIL.OTHER_EVENT',
      'aws:sqs',
    ],
    [
      'a message of logs that is no gzip',
      { awslogs: { data: 'e30=' } },
      'CLOUDTRAIL.LOGS_MESSAGE',
      'gzip in base64',
    ],
    ['an SNS message among others', [sns(record('r-1'))], 'CLOUDTRAIL.SNS_NOTIFICATION', 'alone'],
  ])('refuse %s by its name, and keep it to be looked at', async (_what, body, code, words) => {
    expect(await submit(body)).toMatchObject({
      accepted: 0,
      rejected: [{ code, reason: expect.stringContaining(words) }],
    });
    expect(intake.published).toEqual([]);
    expect(intake.deadLetters).toMatchObject([{ code, subject: 'cloudtrail' }]);
  });

  it('name a digest file and a test event among records too', async () => {
    expect(await submit([digest, { Event: 's3:TestEvent' }, record('r-1')])).toMatchObject({
      accepted: 1,
      rejected: [{ code: 'CLOUDTRAIL.DIGEST_FILE' }, { code: 'CLOUDTRAIL.S3_TEST_EVENT' }],
    });
  });

  it('survive any value in any place: a receipt, or a refusal that is no fault of ours', async () => {
    const one = record('r-1', { userIdentity: undefined });
    const bodies: unknown[] = [
      sns({ s3Bucket: 'trail' }, { Message: JSON.stringify(one) }),
      eventBridge('AWS API Call via CloudTrail', one),
      eventBridge('Object Created', { bucket: { name: 'trail' }, object: { key: 'k' } }, 'aws.s3'),
      logsMessage([JSON.stringify(one)]),
      { awslogs: { data: zipped(logsMessage([JSON.stringify(one)])) } },
      { Events: [{ EventId: 'r-1', CloudTrailEvent: JSON.stringify(one) }] },
      { Records: [s3Notification] },
      { s3Bucket: 'trail', s3ObjectKey: ['k'] },
      digest,
    ];
    let sent = 0;
    for (const body of bodies) {
      for (const mutant of mutants(JSON.parse(JSON.stringify(body)) as JsonObject)) {
        sent += 1;
        const outcome = await submit(mutant).catch((error: unknown) => error);
        const kind = outcome instanceof AppError ? outcome.kind : 'receipt';
        expect([kind, mutant]).toEqual([expect.stringMatching(/^(receipt|invalid|too-large)$/), mutant]);
      }
    }
    expect(sent).toBeGreaterThan(500);
    for (const event of intake.published) {
      expect(/\\u(0000|d[89a-f])/i.test(JSON.stringify(event))).toBe(false);
    }
  });

  it('stay within the bounds of any other body, however much is in the envelope', async () => {
    const few = startIntake({ itemLimit: 1_000, decompressedLimitBytes: 4 * 1024 * 1024 });
    const refusal = (body: unknown) =>
      few.submit('cloudtrail', body).then(
        () => new Error('it was taken'),
        (error: unknown) => error,
      );
    const many = JSON.stringify({ Records: Array(2_000).fill(1) });
    const bodies: [unknown, string][] = [
      [sns(many), 'INTAKE.TOO_MANY_ITEMS'],
      [{ awslogs: { data: gzipSync(many).toString('base64') } }, 'INTAKE.TOO_MANY_ITEMS'],
      [
        { awslogs: { data: gzipSync(Buffer.alloc(64 * 1024 * 1024, ' ')).toString('base64') } },
        'INTAKE.TOO_LARGE',
      ],
      [{ awslogs: { data: gzipSync(gzipSync('{}')).toString('base64') } }, 'INTAKE.GZIP_TWICE'],
      [[1, 2, 3, 4, 5].reduce<unknown>((inner) => sns(inner), record('r-1')), 'INTAKE.NESTED'],
    ];
    for (const [body, code] of bodies) {
      const error = await refusal(body);
      expect(error).toBeInstanceOf(AppError);
      expect(error).toMatchObject({ code });
    }
    expect(few.published).toEqual([]);
    await few.close();
  });
});
