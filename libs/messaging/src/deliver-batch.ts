import type { ConsumerDeclaration, DeadLetterStore } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { deadLetterOf } from './dead-letter.js';
import type { BatchHandler, ConsumerCounters } from './event-bus.js';
import { classify, postponeDelay, retryDelay } from './verdict.js';

/** A batch that a driver keeps, with its history. */
export interface StoredBatch {
  /** Number of messages, at least one. */
  size: number;
  /** The messages, parsed afresh with each call: handlers may change what they get. */
  messages(): readonly unknown[];
  /** Tries that ended with an error which counts. */
  failures: number;
  /** Times that it was put off without blame. */
  postponements: number;
  /** Times that the process died while it was handled. */
  deaths: number;
}

/** What the driver has to do with the batch now. */
export type Outcome =
  /** Forget it: acknowledged, or in the dead letters. */
  | { kind: 'done' }
  /** Hand it over again after the delay, with the count raised by one. */
  | { kind: 'again'; delayMs: number; count: 'failures' | 'postponements'; error: unknown }
  /** Replace it by its two halves, which start with that many failures. */
  | { kind: 'divide'; failures: number; error: unknown };

export interface DeliveryContext {
  consumer: string;
  declaration: ConsumerDeclaration;
  handler: BatchHandler<unknown>;
  deadLetters: DeadLetterStore;
  counters: ConsumerCounters;
}

/** Deaths after which a batch is divided; the single message gets as many as it has tries. */
const DEATHS_OF_A_BATCH = 2;

/** Hands a batch to its handler and decides how it goes on. The same for every driver that keeps batches itself. */
export async function deliverBatch(batch: StoredBatch, context: DeliveryContext): Promise<Outcome> {
  const { declaration, counters } = context;
  const { size } = batch;
  const tries = batch.failures + 1;
  if (size > 1 && batch.deaths >= DEATHS_OF_A_BATCH) {
    return { kind: 'divide', failures: batch.failures, error: processDied(batch.deaths) };
  }
  if (batch.deaths >= declaration.maxTries) {
    return giveUp(batch, context, batch.deaths, processDied(batch.deaths));
  }
  const attempt = tries + batch.postponements + batch.deaths;
  counters.delivered += size;
  if (attempt > 1) counters.redelivered += size;
  try {
    await context.handler(batch.messages().map((payload) => ({ payload, attempt })));
  } catch (error) {
    const verdict = classify(error, { size, tries, maxTries: declaration.maxTries });
    switch (verdict) {
      case 'retry':
        return {
          kind: 'again',
          delayMs: retryDelay(declaration.retryDelayMs, tries),
          count: 'failures',
          error,
        };
      case 'postpone':
        return postpone(batch, context, error);
      case 'divide':
        // Each half has one more try, also when the whole had none left: who is to blame is not known yet.
        return { kind: 'divide', failures: Math.min(tries, declaration.maxTries - 1), error };
      case 'give-up':
        return giveUp(batch, context, tries, error);
    }
  }
  counters.acknowledged += size;
  return { kind: 'done' };
}

async function giveUp(
  batch: StoredBatch,
  context: DeliveryContext,
  tries: number,
  error: unknown,
): Promise<Outcome> {
  const about = {
    subject: context.declaration.subject,
    consumer: context.consumer,
    tries,
    failedAt: Date.now(),
  };
  try {
    await context.deadLetters.add([deadLetterOf(JSON.stringify(batch.messages()[0]), about, error)]);
  } catch (storing) {
    // Nothing is given up before the dead letter is stored.
    return postpone(batch, context, storing);
  }
  context.counters.deadLettered += 1;
  return { kind: 'done' };
}

function postpone(batch: StoredBatch, { declaration }: DeliveryContext, error: unknown): Outcome {
  const delayMs = postponeDelay(declaration.retryDelayMs, batch.postponements);
  return { kind: 'again', delayMs, count: 'postponements', error };
}

function processDied(times: number): AppError {
  return new AppError(
    'internal',
    'BUS.PROCESS_DIED',
    `The process died ${times} times while handling the message`,
  );
}
