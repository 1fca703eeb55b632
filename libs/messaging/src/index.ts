export * from './event-bus.js';
export { EventBusTransport } from './nest/event-bus.transport.js';
export { HandlesBatches } from './nest/handles-batches.decorator.js';
