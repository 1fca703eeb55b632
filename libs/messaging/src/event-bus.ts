import type { ConsumerName, SubjectName, Subjects } from '@mcm/contracts';

/** One message handed to a durable consumer. */
export interface Delivery<T> {
  payload: T;
  /** 1 for the first delivery. */
  attempt: number;
}

/** Takes a batch. Returning acknowledges all of it; throwing means that all of it comes again. */
export type BatchHandler<T> = (batch: readonly Delivery<T>[]) => Promise<void>;

/** A running consumer or listener. */
export interface Subscription {
  /** Takes no further messages and waits for the handlers that are running. */
  close(): Promise<void>;
}

/** What a consumer has done in this process since the bus was opened: plain numbers that only grow, for metrics. */
export interface ConsumerCounters {
  /** Messages stored for it by this process. */
  published: number;
  /** Messages that this process refused to store because its limit was reached. */
  refused: number;
  /** Messages handed to its handler, repetitions included. */
  delivered: number;
  /** Those of them that were handed over before. */
  redelivered: number;
  /** Messages that it will not get again. */
  acknowledged: number;
  /** Messages that were given up; they are not acknowledged ones. */
  deadLettered: number;
}

/** How a durable consumer is doing. */
export interface ConsumerStatus extends ConsumerCounters {
  consumer: string;
  subject: string;
  /** Whether this process handles its messages. */
  consumed: boolean;
  /** Messages stored and neither acknowledged nor given up, over all processes; those being handled count. */
  lag: number;
}

/**
 * Carries facts between services. What every driver promises:
 *
 * - `publish` resolves when all messages are stored durably for every durable consumer, whether that consumer is
 *   running or not; after a rejection none, some or all of them may have been stored, so publishing again is safe
 *   because effects are idempotent. It rejects with `BUS.FULL` (kind `unavailable`, with `retryAfterSeconds`) when as
 *   many messages as configured wait for one of the consumers (back-pressure): nothing is dropped to make room. It
 *   rejects with `BUS.STORE_UNAVAILABLE` (kind `unavailable`) when the store is away, with `BUS.NOT_JSON` (kind
 *   `invalid`) or `BUS.MESSAGE_TOO_LARGE` (kind `too-large`) for a message that cannot be carried: then nothing was
 *   stored. Publishing nothing is allowed and does nothing.
 * - A message is a JSON value, any text included, and comes out as it was when `publish` was called.
 * - Every durable consumer sees every message at least once, also after a crash or restart of anything. Order is not
 *   promised, and a message may come again at any time, alone or in another company.
 * - A handler gets batches of at least one and at most the declared number of messages, and as many batches concurrently
 *   as declared per process. When it throws, the batch comes again after a delay that doubles from try to try. After
 *   the declared number of tries the bus finds out which messages fail by handing over ever smaller parts, down to
 *   single messages; those that fail alone go to the dead letters with reason, consumer, tries and time, the others
 *   are acknowledged.
 * - An `AppError` of kind `invalid` says that trying again cannot help: a batch is divided immediately, and a single
 *   message goes to the dead letters immediately.
 * - An `AppError` of kind `unavailable` says nothing about the message: it does not count as a try, and the batch comes
 *   again, with a growing delay of at most half a minute, until it works.
 * - A message whose handling ends with the death of the process, again and again, goes to the dead letters too
 *   (persistent drivers only).
 * - Slow consumers push back: no driver reads ahead more than it can hand over.
 * - `redeliver` stores one message for one consumer again, durably, as if it were new; for dead letters that a person
 *   wants tried again. Other consumers and listeners do not see it. No limit refuses it.
 * - `listen` is for live views: at most once, only what is published while listening, after it is stored. Each listener
 *   gets copies; a listener that throws is reported and harms no other. It hears every process that shares the bus,
 *   where the driver is one that processes share. A listener never slows down a publisher.
 * - `close` of a subscription stops taking messages and waits for running handlers; `close` of the bus does so for all
 *   of them, lets running handlers publish what they have to, waits for what is being published, frees everything, and
 *   refuses every call from then on with `BUS.CLOSED` (kind `unavailable`). Both may be called again.
 */
export interface EventBus {
  publish<S extends SubjectName>(subject: S, messages: readonly Subjects[S][]): Promise<void>;
  /** Rejects with `BUS.UNKNOWN_CONSUMER` or `BUS.ALREADY_CONSUMED` (kind `conflict`), which are mistakes of the host. */
  consume<S extends SubjectName>(
    consumer: ConsumerName,
    subject: S,
    handler: BatchHandler<Subjects[S]>,
  ): Promise<Subscription>;
  /** The message as kept in the dead letter; the consumer decides whether it is valid. */
  redeliver(consumer: ConsumerName, message: unknown): Promise<void>;
  listen<S extends SubjectName>(
    subject: S,
    listener: (messages: readonly Subjects[S][]) => void,
  ): Promise<Subscription>;
  status(): Promise<ConsumerStatus[]>;
  /** By consumer, from memory: always at hand for metrics. */
  readonly counters: Readonly<Record<string, Readonly<ConsumerCounters>>>;
  close(): Promise<void>;
}
export const EVENT_BUS = Symbol('EventBus');
