export { JetStreamEventBus } from './jetstream-event-bus.js';
export type { JetStreamEventBusOptions } from './jetstream-event-bus.js';
export type { BacklogLimits } from './jetstream-consumer.js';
export type { NatsSettings, NatsTlsSettings } from '../../nats/nats-settings.js';
export { NatsIngestSubject, type NatsIngestSubjectOptions } from '../../ingest/nats-ingest-subject.js';
