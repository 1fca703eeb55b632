import { CONSUMERS, type DeadLetterStore, type Topology } from '@mcm/contracts';
import { FaultReporter, type FaultLog } from '@mcm/queue';
import { BaseEventBus } from '../../base-event-bus.js';
import { ConsumerRegistry } from '../../consumer-registry.js';
import { listenersOfThisProcess } from '../../local-listeners.js';
import { MemoryConsumer } from './memory-consumer.js';

export interface MemoryEventBusOptions {
  deadLetters: DeadLetterStore;
  log: FaultLog;
  /** Default: the consumers of the contracts. */
  topology?: Topology;
  /** Messages that may wait for one consumer; default 100,000. */
  maxLag?: number;
}

const MAX_LAG = 100_000;

/** An event bus in the memory of one process, for unit tests: every promise but to survive that process. */
export class MemoryEventBus extends BaseEventBus<MemoryConsumer> {
  constructor(options: MemoryEventBusOptions) {
    const faults = new FaultReporter(options.log);
    super({
      consumers: new ConsumerRegistry(
        options.topology ?? CONSUMERS,
        (name, declaration, counters) =>
          new MemoryConsumer(name, declaration, counters, {
            deadLetters: options.deadLetters,
            maxLag: options.maxLag ?? MAX_LAG,
            onFault: (place, error) => faults.report(place, error),
          }),
      ),
      live: listenersOfThisProcess(options.log),
      closeStore: () => Promise.resolve(),
    });
  }
}
