export { MemoryEventBus } from './memory-event-bus.js';
export type { MemoryEventBusOptions } from './memory-event-bus.js';
