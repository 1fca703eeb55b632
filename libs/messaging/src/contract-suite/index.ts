export { eventBusContract } from './event-bus.contract.js';
export type { EventBusFeatures, EventBusStore, StoreOptions } from './event-bus-store.js';
