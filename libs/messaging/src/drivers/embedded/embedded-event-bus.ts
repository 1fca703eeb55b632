import { CONSUMERS, type DeadLetterStore, type Topology } from '@mcm/contracts';
import { FaultReporter, type FaultLog } from '@mcm/queue';
import { PostgresBackend, type PostgresAccess, type PostgresBackendOptions } from '@mcm/queue/bullmq';
import { BaseEventBus } from '../../base-event-bus.js';
import { ConsumerRegistry } from '../../consumer-registry.js';
import { listenersOfThisProcess } from '../../local-listeners.js';
import { BatchStore } from './batch-store.js';
import { EmbeddedConsumer } from './embedded-consumer.js';

export interface EmbeddedEventBusOptions {
  connection: PostgresAccess;
  deadLetters: DeadLetterStore;
  log: FaultLog;
  /** Schema that holds the queues, shared with the job queue; default `queue`. */
  schema?: string;
  /** Default: the consumers of the contracts. */
  topology?: Topology;
  /** Messages that may wait for one consumer before publishing is refused; default 1,000,000. About as many bytes as they have wait on disk, none in memory. */
  maxLag?: number;
  /** See {@link PostgresBackendOptions.lockDurationMs}. */
  lockDurationMs?: number;
  /** Connections for publishing; default 4. */
  producerConnections?: number;
  /** Small writes per second and consumer that go out immediately; beyond them messages are gathered. Default 50. */
  writesPerSecond?: number;
}

const MAX_LAG = 1_000_000;

/**
 * The event bus on PostgreSQL, for a process that hosts everything: batches of messages as jobs on BullMQ, one queue
 * per durable consumer. Any number of processes may share the database; listeners hear their own process only.
 */
export class EmbeddedEventBus extends BaseEventBus<EmbeddedConsumer> {
  private constructor(
    private readonly backend: PostgresBackend,
    options: EmbeddedEventBusOptions,
  ) {
    const faults = new FaultReporter(options.log);
    super({
      consumers: new ConsumerRegistry(
        options.topology ?? CONSUMERS,
        (name, declaration, counters) =>
          new EmbeddedConsumer(name, declaration, counters, {
            backend,
            deadLetters: options.deadLetters,
            maxLag: options.maxLag ?? MAX_LAG,
            ...(options.writesPerSecond !== undefined && { writesPerSecond: options.writesPerSecond }),
            onFault: (place, error) => faults.report(place, error),
          }),
      ),
      live: listenersOfThisProcess(options.log),
      closeStore: () => backend.close(),
    });
  }

  /** Creates or updates the tables, the same as those of the job queue; run it before the first bus is opened. */
  static async migrate(options: PostgresBackendOptions): Promise<void> {
    await PostgresBackend.migrate(options);
    await BatchStore.migrate(options);
  }

  /** A bus whose store was seen to work; rejects with kind `unavailable` otherwise. */
  static async open(options: EmbeddedEventBusOptions): Promise<EmbeddedEventBus> {
    const bus = new EmbeddedEventBus(new PostgresBackend(options), options);
    try {
      await bus.backend.ready();
      await bus.status();
    } catch (error) {
      await bus.close();
      throw error;
    }
    return bus;
  }
}
