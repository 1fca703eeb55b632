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
  /** Takes no further messages and waits for the handler that is running. */
  close(): Promise<void>;
}

/** How a durable consumer is doing. */
export interface ConsumerStatus {
  consumer: string;
  subject: string;
  /** Messages published and not yet acknowledged by this consumer. */
  lag: number;
  delivered: number;
  redelivered: number;
  deadLettered: number;
}

/**
 * Carries facts between services. What every driver promises:
 *
 * - `publish` resolves when all messages are stored durably for every durable consumer, whether that consumer is
 *   running or not; after a rejection none, some or all of them may have been stored, so publishing again is safe
 *   because effects are idempotent. It rejects with `unavailable` when a limit of the bus is reached (back-pressure):
 *   nothing is dropped to make room.
 * - Every durable consumer sees every message at least once, also after a crash or restart of anything. Order is not
 *   promised, and a message may come again at any time.
 * - A handler gets batches of at most the declared size. When it throws, the batch comes again after a growing delay.
 *   After the declared number of tries the bus finds out which messages fail by handing them over one by one; those
 *   that still fail go to the dead letters with reason, consumer and time, the others are acknowledged.
 * - An `AppError` of kind `invalid` thrown for a batch of one goes to the dead letters at once: trying again can not help.
 * - Slow consumers push back: no driver reads ahead more than it can hand over.
 * - `listen` is for live views: at most once, only what is published while listening, from every process that shares
 *   the bus; a listener never slows down a publisher.
 * - `close` stops taking messages, waits for running handlers, and then frees everything.
 */
export interface EventBus {
  publish<S extends SubjectName>(subject: S, messages: readonly Subjects[S][]): Promise<void>;
  consume<S extends SubjectName>(
    consumer: ConsumerName,
    subject: S,
    handler: BatchHandler<Subjects[S]>,
  ): Promise<Subscription>;
  listen<S extends SubjectName>(
    subject: S,
    listener: (messages: readonly Subjects[S][]) => void,
  ): Promise<Subscription>;
  status(): Promise<ConsumerStatus[]>;
  close(): Promise<void>;
}
export const EVENT_BUS = Symbol('EventBus');
