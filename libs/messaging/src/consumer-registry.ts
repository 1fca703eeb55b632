import type { ConsumerDeclaration, Topology } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import type { ConsumerCounters } from './event-bus.js';

/** Seconds after which a refused publisher may try again. */
const RETRY_AFTER_SECONDS = 2;

/** The consumers of a bus by name, each with whatever its driver keeps for it. */
export class ConsumerRegistry<T extends { declaration: ConsumerDeclaration; counters: ConsumerCounters }> {
  private readonly consumers: ReadonlyMap<string, T>;
  private readonly bySubject = new Map<string, T[]>();
  readonly counters: Readonly<Record<string, Readonly<ConsumerCounters>>>;

  constructor(
    topology: Topology,
    create: (name: string, declaration: ConsumerDeclaration, counters: ConsumerCounters) => T,
  ) {
    this.consumers = new Map(
      Object.entries(topology).map(([name, declaration]) => [name, create(name, declaration, noCounts())]),
    );
    for (const consumer of this.consumers.values()) {
      const others = this.bySubject.get(consumer.declaration.subject);
      if (others) others.push(consumer);
      else this.bySubject.set(consumer.declaration.subject, [consumer]);
    }
    this.counters = Object.fromEntries([...this.consumers].map(([name, { counters }]) => [name, counters]));
  }

  all(): T[] {
    return [...this.consumers.values()];
  }

  /** Those that read the subject. */
  of(subject: string): readonly T[] {
    return this.bySubject.get(subject) ?? [];
  }

  /** Throws `BUS.UNKNOWN_CONSUMER`, also for one that reads another subject. */
  get(name: string, subject?: string): T {
    const consumer = this.consumers.get(name);
    if (consumer && (subject === undefined || consumer.declaration.subject === subject)) return consumer;
    const what = subject === undefined ? name : `${name} of ${subject}`;
    throw new AppError('conflict', 'BUS.UNKNOWN_CONSUMER', `The topology declares no consumer ${what}`);
  }
}

function noCounts(): ConsumerCounters {
  return { published: 0, refused: 0, delivered: 0, redelivered: 0, acknowledged: 0, deadLettered: 0 };
}

/** The back-pressure of a publisher whose consumer lags by `lag` of `limit` messages. */
export function busFull(consumer: string, lag: number, limit: number): AppError {
  return new AppError(
    'unavailable',
    'BUS.FULL',
    `${lag} messages wait for ${consumer}, the limit is ${limit}: try again later`,
    { retryAfterSeconds: RETRY_AFTER_SECONDS },
  );
}

/** The same for another limit than the number of messages. */
export function busFullOf(consumer: string, what: string): AppError {
  return new AppError(
    'unavailable',
    'BUS.FULL',
    `Too much waits for ${consumer} (${what}): try again later`,
    {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    },
  );
}

export function busClosed(): AppError {
  return new AppError('unavailable', 'BUS.CLOSED', 'The event bus is closed');
}

export function alreadyConsumed(consumer: string): AppError {
  return new AppError('conflict', 'BUS.ALREADY_CONSUMED', `${consumer} is consumed already by this process`);
}
