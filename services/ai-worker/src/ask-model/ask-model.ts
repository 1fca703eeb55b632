import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@mcm/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { ExchangeStore } from './exchange-store.js';
import { AiWorkerConfig } from '../ai-worker.config.js';
import type { Facts } from '../facts/build-facts.js';
import type { Answer } from '../prompt/answer-schema.js';
import { inputHash } from '../prompt/messages.js';
import { type Model, MODEL } from '../providers/model.js';
import { Conversation } from './conversation.js';
import { ModelCalls } from './model-calls.js';
import { ModelMetrics } from './model-metrics.js';
import { type ModelOutcome, NO_TOKENS } from './model-outcome.js';
import type { Asker } from './model-slots.js';

/** How a finding is asked about. */
export interface AskOptions extends Asker {
  /** Ask although the answer to the same question is known. */
  refresh: boolean;
}

/** Time between polls for another worker's answer to the same question, in milliseconds. */
const POLL_MS = 50;
/** How long an urgent request waits for it: the request that asks may have time. */
const PATIENCE_MS = 10_000;

/** Asks the model about findings, each question once: what was answered before, or is being asked, is not asked again. */
@Injectable()
export class AskModel {
  constructor(
    @Inject(MODEL) private readonly model: Model | null,
    private readonly calls: ModelCalls,
    private readonly exchanges: ExchangeStore,
    private readonly config: AiWorkerConfig,
    private readonly metrics: ModelMetrics,
  ) {}

  /**
   * The model's answer, or why there is none; null when no model is configured.
   *
   * @throws AppError `unavailable` when a later try of the same job may succeed
   */
  async ask(facts: Facts, options: AskOptions): Promise<ModelOutcome | null> {
    if (this.model === null) return null;
    const hash = inputHash(facts, this.model.endpoint, this.model.name);
    const claimant = newId();
    const known = await this.claim(hash, claimant, options);
    if (known !== null) return known;
    try {
      return await new Conversation(this.calls, this.model, facts, hash, options).hold();
    } finally {
      // Does nothing when the answer was stored: the claim went with it.
      await this.exchanges.release(hash, claimant);
    }
  }

  /** The answer that is known, or null when it is the caller's to ask; waits while another request asks. */
  private async claim(hash: string, claimant: string, options: AskOptions): Promise<ModelOutcome | null> {
    if (this.config.cacheDays === 0) return null;
    const began = performance.now();
    for (let shared = false; ; shared = true) {
      const claim = await this.exchanges.claim<Answer>(hash, claimant, {
        // Long enough for a question and its repair; after that the holder has died.
        claimMs: this.model!.timeoutMs * 2 + 30_000,
        maxAgeSeconds: this.config.cacheDays * 24 * 3600,
        refresh: options.refresh && !shared,
      });
      if (claim.kind === 'claimed') {
        this.metrics.cache.inc({ result: 'miss' });
        return null;
      }
      if (claim.kind === 'answered') {
        this.metrics.cache.inc({ result: shared ? 'shared' : 'hit' });
        const { answer, exchangeId, tokens } = claim;
        this.metrics.savedTokens.inc(tokens);
        return { kind: 'answered', answer, exchangeId, cached: true, use: NO_TOKENS };
      }
      if (options.urgent && performance.now() - began > PATIENCE_MS) {
        const reason = 'The same question is being asked, and the answer takes long.';
        return { kind: 'unanswered', fallback: { code: 'AI.BUSY', reason }, exchangeId: null, use: null };
      }
      await delay(POLL_MS, undefined, { signal: options.signal }).catch(() =>
        options.signal.throwIfAborted(),
      );
    }
  }
}
