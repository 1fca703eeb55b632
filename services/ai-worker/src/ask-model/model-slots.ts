import { setTimeout as delay } from 'node:timers/promises';
import { AppError, newId } from '@mcm/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { ModelBudgetStore } from './model-budget-store.js';
import type { SlotAnswer } from './slot-policy.js';
import { AiWorkerConfig } from '../ai-worker.config.js';
import type { Fallback } from '../providers/heuristic.js';
import { type Model, MODEL } from '../providers/model.js';
import { Turns } from './turns.js';

/** Who wants to ask, and how much patience there is. */
export interface Asker {
  /** A person waits for the answer. */
  urgent: boolean;
  /** There is no later try: the heuristic has to answer now. */
  lastTry: boolean;
  signal: AbortSignal;
}

/** The right to ask the model once. */
export interface Slot {
  id: string;
}

/** How often to look for a free slot that another process gives back. */
const POLL_MS = 40;
/** Longest time that an urgent request waits for a slot, and for a limit of the server to pass. */
const PATIENCE_MS = { slot: 10_000, limit: 3_000 } as const;
/** Longest single pause of those who have time. */
const LONGEST_PAUSE_MS = 5_000;

const REASONS = {
  'day-spent': (limit: number) => ({
    code: 'AI.BUDGET_TOKENS',
    reason: `The budget of ${limit} tokens for today (UTC) is spent.`,
  }),
  'minute-spent': (limit: number) => ({
    code: 'AI.BUDGET_REQUESTS',
    reason: `The budget of ${limit} requests per minute is spent.`,
  }),
} as const;

/** Waits for the right to ask the model, within the budgets of all processes. */
@Injectable()
export class ModelSlots {
  private readonly turns: Turns;

  constructor(
    @Inject(MODEL) private readonly model: Model | null,
    private readonly budget: ModelBudgetStore,
    private readonly config: AiWorkerConfig,
  ) {
    this.turns = new Turns(config.concurrency);
  }

  /**
   * Runs `work` with a slot, or says why the heuristic has to answer.
   *
   * @param tokens most that the question and its answer may need
   * @throws AppError `unavailable` when a later try may find the model in a better state
   */
  async use<T>(
    asker: Asker,
    tokens: number,
    work: (slot: Slot) => Promise<T>,
  ): Promise<{ done: true; result: T } | { done: false; fallback: Fallback }> {
    // Urgent requests skip the queue: requests in it may have time to wait for the next minute.
    const end = asker.urgent ? () => undefined : await this.turns.next(asker.signal);
    try {
      const slot: Slot = { id: newId() };
      const fallback = await this.take(slot, asker, tokens);
      return fallback === null ? { done: true, result: await work(slot) } : { done: false, fallback };
    } finally {
      end();
    }
  }

  private async take(slot: Slot, asker: Asker, tokens: number): Promise<Fallback | null> {
    const model = this.model!;
    const began = performance.now();
    for (;;) {
      const answer = await this.budget.ask({
        id: slot.id,
        fingerprint: model.fingerprint,
        urgent: asker.urgent,
        tokens,
        // Time for the answer to be stored, too, before another worker takes the slot for abandoned.
        holdMs: model.timeoutMs + 10_000,
        budget: this.config,
      });
      if (answer.kind === 'granted') return null;
      const waited = performance.now() - began;
      const wait = this.waitFor(answer, asker, waited);
      if (typeof wait !== 'number') {
        if (answer.kind === 'busy') await this.budget.leave(slot.id);
        return wait;
      }
      await delay(wait, undefined, { signal: asker.signal }).catch(() => asker.signal.throwIfAborted());
    }
  }

  /** How long to wait before asking for a slot again, or why to give up. */
  private waitFor(
    answer: Exclude<SlotAnswer, { kind: 'granted' }>,
    asker: Asker,
    waited: number,
  ): number | Fallback {
    const { urgent, lastTry } = asker;
    switch (answer.kind) {
      case 'busy':
        return urgent && waited > PATIENCE_MS.slot
          ? { code: 'AI.BUSY', reason: 'The model was busy with other findings.' }
          : POLL_MS;
      case 'minute-spent':
        if (urgent && waited + answer.retryMs > PATIENCE_MS.limit) {
          return REASONS['minute-spent'](this.config.requestsPerMinute);
        }
        return Math.min(answer.retryMs + 5, LONGEST_PAUSE_MS);
      case 'blocked':
        if (urgent && waited + answer.retryMs > PATIENCE_MS.limit) {
          return { code: 'AI.RATE_LIMITED', reason: 'The server limits the rate of requests.' };
        }
        return Math.min(answer.retryMs + 5, LONGEST_PAUSE_MS);
      case 'open': {
        const reason = `The model is paused for a while because it failed repeatedly: ${answer.reason}`;
        if (urgent || lastTry) return { code: 'AI.CIRCUIT_OPEN', reason };
        throw new AppError('unavailable', 'AI.CIRCUIT_OPEN', reason);
      }
      case 'day-spent':
        return REASONS['day-spent'](this.config.tokensPerDay);
      case 'refused':
        return { code: answer.code, reason: answer.reason };
    }
  }
}
