import { CONSUMERS, type DeadLetterStore, type Topology } from '@mcm/contracts';
import { AppError, messageOf } from '@mcm/kernel';
import { FaultReporter, type FaultLog } from '@mcm/queue';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { BaseEventBus } from '../../base-event-bus.js';
import { ConsumerRegistry } from '../../consumer-registry.js';
import { NatsLink } from '../../nats/nats-link.js';
import type { NatsSettings } from '../../nats/nats-settings.js';
import {
  type BacklogLimits,
  JetStreamConsumer,
  type JetStreamConsumerContext,
} from './jetstream-consumer.js';
import { LiveSubjects } from './live-subjects.js';

export interface JetStreamEventBusOptions {
  nats: NatsSettings;
  deadLetters: DeadLetterStore;
  log: FaultLog;
  /** Default: the consumers of the contracts. */
  topology?: Topology;
  /** Streams and subjects begin with it; default `compliance`. Buses of different namespaces do not see each other. */
  namespace?: string;
  /** What may wait for one consumer before publishing is refused; defaults in {@link DEFAULT_LIMITS}. */
  limits?: Partial<BacklogLimits>;
  /** Servers of a NATS cluster that keep each message; default 1. */
  replicas?: number;
  /** Time after which what a dead process was handling is handed to another; default 10 s. */
  ackWaitMs?: number;
  /** Time after which publishing gives up on a server that does not answer; default 5 s. */
  publishTimeoutMs?: number;
  /** Small writes per second and consumer that go out immediately; beyond them messages are gathered. Default 500. */
  writesPerSecond?: number;
}

export const DEFAULT_LIMITS: BacklogLimits = {
  messages: 1_000_000,
  bytes: 2 * 1024 ** 3,
  ageSeconds: 0,
};
const NAMESPACE = 'compliance';
const ACK_WAIT_MS = 10_000;
const PUBLISH_TIMEOUT_MS = 5_000;
const WRITES_PER_SECOND = 500;
/** Time for an answer of JetStream's management. */
const MANAGEMENT_MS = 3_000;

/**
 * The event bus on NATS JetStream (2.9 or newer), for any number of processes. A stream per durable consumer holds
 * batches of messages as frames; docs/adr/0012 says why.
 */
export class JetStreamEventBus extends BaseEventBus<JetStreamConsumer> {
  private constructor(context: Omit<JetStreamConsumerContext, 'onFault'>, topology: Topology, log: FaultLog) {
    const { link } = context;
    const faults = new FaultReporter(log);
    const onFault = (place: string, error: unknown) => faults.report(place, error);
    super({
      consumers: new ConsumerRegistry(
        topology,
        (name, declaration, counters) =>
          new JetStreamConsumer(name, declaration, counters, { ...context, onFault }),
      ),
      live: new LiveSubjects(link, context.namespace, log),
      closeStore: () => link.close(),
    });
    // A server that came back may have lost what it kept, as one in a container without a volume has.
    link.onUp(() => {
      this.declare().catch((error: unknown) => onFault('streams', error));
    });
  }

  /**
   * Connects, and creates or updates streams and consumers. Rejects with `NATS.UNREACHABLE` or `BUS.STORE_UNAVAILABLE` (kind
   * `unavailable`), or with `BUS.TOPOLOGY_CONFLICT` (kind `conflict`) when what is there cannot be made as declared.
   */
  static async open(options: JetStreamEventBusOptions): Promise<JetStreamEventBus> {
    const link = await NatsLink.connect(options.nats, options.log);
    try {
      const bus = new JetStreamEventBus(
        {
          link,
          jetstream: jetstream(link.connection),
          manager: await jetstreamManager(link.connection, { timeout: MANAGEMENT_MS, checkAPI: false }),
          namespace: options.namespace ?? NAMESPACE,
          replicas: options.replicas ?? 1,
          limits: { ...DEFAULT_LIMITS, ...options.limits },
          ackWaitMs: options.ackWaitMs ?? ACK_WAIT_MS,
          publishTimeoutMs: options.publishTimeoutMs ?? PUBLISH_TIMEOUT_MS,
          writesPerSecond: options.writesPerSecond ?? WRITES_PER_SECOND,
          deadLetters: options.deadLetters,
        },
        options.topology ?? CONSUMERS,
        options.log,
      );
      await bus.declare();
      await bus.status();
      return bus;
    } catch (error) {
      await link.close();
      if (error instanceof AppError) throw error;
      throw new AppError(
        'unavailable',
        'BUS.STORE_UNAVAILABLE',
        `JetStream of the NATS server at ${link.where} cannot be used: ${messageOf(error)}`,
        { cause: error },
      );
    }
  }

  /**
   * Resolves when messages can be stored, as far as is known: a refusal is noticed by those who publish, and asked about
   * again until it is over. Rejects with `BUS.WRITES_REFUSED` (kind `unavailable`) when the server is there and takes
   * nothing for a consumer.
   */
  async assertWritable(): Promise<void> {
    const refusals = await Promise.all(
      this.consumers.all().map(async (consumer) => [consumer.name, await consumer.refused()] as const),
    );
    const refused = refusals.filter(([, why]) => why !== null);
    if (refused.length === 0) return;
    const names = refused.map(([name]) => name).join(', ');
    throw new AppError(
      'unavailable',
      'BUS.WRITES_REFUSED',
      `NATS is there and stores nothing for ${names}: ${refused[0]![1]}`,
    );
  }

  private async declare(): Promise<void> {
    for (const consumer of this.consumers.all()) await consumer.declare();
  }
}
