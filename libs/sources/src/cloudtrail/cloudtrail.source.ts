import { defineSource } from '../source.js';
import { cloudTrailDelivery } from './cloudtrail-delivery.js';
import { CLOUDTRAIL_FIELDS } from './cloudtrail.fields.js';

/** The calls of the APIs of Amazon Web Services. */
export const cloudtrail = defineSource({
  name: 'cloudtrail',
  title: 'AWS CloudTrail',
  logsources: [{ product: 'aws', service: 'cloudtrail' }],
  headers: [],
  // AWS delivers by way of its own services: what they sign is not what CloudTrail wrote.
  verification: null,
  // Amazon SNS calls what it delivers a text, whatever it is.
  contentType: { ignoredWith: 'x-amz-sns-message-type' },
  idField: 'eventID',
  delivery: cloudTrailDelivery,
  modelFields: CLOUDTRAIL_FIELDS,
  documentation: {
    takes:
      'log files `{"Records": […]}`; events of EventBridge, notifications of SNS, messages of CloudWatch Logs, answers of LookupEvents',
    ids: '`eventID`',
    eventTypes: '`cloudtrail.<service>.<EventName>`',
  },
  example: {
    summary: 'A CloudTrail log file',
    wrap: (records) => ({ Records: [...records] }),
    record: {
      eventID: '00000000-0000-4000-8000-000000000001',
      eventSource: 'cloudtrail.amazonaws.com',
      eventName: 'StopLogging',
      eventTime: '2026-11-23T10:00:00Z',
      userIdentity: { type: 'IAMUser', userName: 'alice' },
    },
    eventType: 'cloudtrail.cloudtrail.StopLogging',
  },
});
