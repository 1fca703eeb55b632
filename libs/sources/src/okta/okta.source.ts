import { defineSource } from '../source.js';
import { oktaDelivery } from './okta-records.js';
import { checkOktaSecret } from './okta-secret.js';
import { OKTA_FIELDS } from './okta.fields.js';

/** Event hooks of Okta, and its System Log. */
export const okta = defineSource({
  name: 'okta',
  title: 'Okta',
  logsources: [{ product: 'okta', service: 'okta' }],
  headers: ['authorization'],
  verification: { check: checkOktaSecret },
  // https://developer.okta.com/docs/concepts/event-hooks/#one-time-verification-request
  handshake: {
    summary: 'Answer the one-time verification of an Okta event hook',
    header: 'x-okta-verification-challenge',
    answerField: 'verification',
  },
  idField: 'uuid',
  delivery: oktaDelivery,
  modelFields: OKTA_FIELDS,
  documentation: {
    takes: 'the System Log, event hooks `{"data": {"events": […]}}`',
    ids: '`uuid`',
    eventTypes: '`okta.<eventType>`',
  },
  example: {
    summary: 'An Okta event hook',
    wrap: (events) => ({
      eventType: 'com.okta.event_hook',
      eventId: 'h-1',
      data: { events: [...events] },
    }),
    record: {
      uuid: '00000000-0000-4000-8000-000000000001',
      eventType: 'policy.lifecycle.update',
      published: '2026-11-23T10:00:00.123Z',
      actor: { type: 'User', alternateId: 'alice@example.com' },
    },
    eventType: 'okta.policy.lifecycle.update',
  },
});
