export * from './event-bus.js';
export { EventBusTransport } from './nest/event-bus.transport.js';
export { HandlesBatches } from './nest/handles-batches.decorator.js';
export type { IngestHandlers, IngestMessage, IngestSubject } from './ingest/ingest-subject.js';
