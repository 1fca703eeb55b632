import type { DeadLetterStore, Topology } from '@mcm/contracts';
import type { FaultLog } from '@mcm/queue';
import type { EventBus } from '../event-bus.js';

/** Which promises apply to a driver: the suite tests all others on every driver. */
export interface EventBusFeatures {
  /** What is stored outlives the bus and the process that stored it. */
  persistent: boolean;
  /** Consumers of the same name in several processes, or on several buses of one store, share the messages. */
  sharedConsumers: boolean;
  /** Listeners hear what other buses on the same store publish. */
  sharedListeners: boolean;
}

export interface StoreOptions {
  topology: Topology;
  deadLetters: DeadLetterStore;
  log: FaultLog;
  maxLag?: number;
}

/** A process other than the test's that consumes `record-events` and never ends a batch. */
export interface ConsumerProcess {
  /** Resolves with the number of messages and the try of each batch that it begins, in order. */
  nextBatch(): Promise<{ size: number; attempt: number }>;
  /** Ends it with SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** An empty store for one test. */
export interface EventBusStore {
  /** Opens a bus on the store. Of a driver that is not persistent only one is opened. */
  open(options: StoreOptions): Promise<EventBus>;
  /** Of persistent drivers: a process on the same store and with the topology of {@link CONTRACT_TOPOLOGY}. */
  startConsumerProcess?(): Promise<ConsumerProcess>;
  /** For persistent drivers: takes the store away from all clients without notice and brings it back. */
  crash?(): Promise<void>;
  /** Removes the store; every bus on it is closed. */
  remove(): Promise<void>;
}

/** The consumers of the suite: small batches, short delays. */
export const CONTRACT_TOPOLOGY = {
  'record-events': {
    subject: 'events.accepted',
    batchSize: 10,
    concurrency: 1,
    maxTries: 3,
    retryDelayMs: 50,
  },
  'evaluate-events': {
    subject: 'events.accepted',
    batchSize: 4,
    concurrency: 2,
    maxTries: 3,
    retryDelayMs: 50,
  },
} as const satisfies Topology;
