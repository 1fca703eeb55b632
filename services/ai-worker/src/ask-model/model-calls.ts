import type { ExchangeRecord } from '@mcm/persistence';
import { inSpan, LOGGER, type Logger } from '@mcm/platform';
import { Inject, Injectable } from '@nestjs/common';
import { ExchangeStore } from './exchange-store.js';
import { ModelBudgetStore } from './model-budget-store.js';
import { AiWorkerConfig } from '../ai-worker.config.js';
import { ANSWER_SCHEMA, type Answer } from '../prompt/answer-schema.js';
import type { Message } from '../prompt/messages.js';
import { SYSTEM_PROMPT } from '../prompt/system-prompt.js';
import { type Model, MODEL, ModelFailure, type ModelReply } from '../providers/model.js';
import { ModelMetrics } from './model-metrics.js';
import { NO_TOKENS, type TokenUse } from './model-outcome.js';
import { type Asker, ModelSlots, type Slot } from './model-slots.js';
import { estimateTokens, tokensOf } from './token-estimate.js';

/** How long a model whose key or name is refused is not asked again. */
const REFUSED_MS = 10 * 60_000;

/** One call of the model that was answered. */
export interface AnsweredCall {
  reply: ModelReply;
  durationMs: number;
  use: TokenUse;
}

/** Calls the model within the budgets, counts what it used, and keeps what was sent and what came back. */
@Injectable()
export class ModelCalls {
  constructor(
    @Inject(MODEL) private readonly model: Model | null,
    private readonly slots: ModelSlots,
    private readonly exchanges: ExchangeStore,
    private readonly budget: ModelBudgetStore,
    private readonly config: AiWorkerConfig,
    private readonly metrics: ModelMetrics,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Calls the model once, or says why the heuristic has to answer.
   *
   * @throws ModelFailure, after it was noted where all processes see it
   */
  async call(messages: readonly Message[], asker: Asker) {
    const most = estimateTokens(messages) + this.config.maxOutputTokens;
    const call = await this.slots.use(asker, most, (slot) => this.callWith(slot, messages, asker.signal));
    // The worker that waits for the slot has it by now.
    if (call.done) await this.budget.succeeded(this.model!.fingerprint);
    return call;
  }

  /** Keeps an exchange, with its answer for requests with the same question. */
  async keep(exchange: ExchangeRecord, answer?: Answer): Promise<number> {
    this.metrics.requests.inc({ outcome: exchange.outcome });
    if (exchange.outcome === 'valid') this.metrics.cuts.inc(exchange.problems.length);
    return this.exchanges.record(exchange, this.config.cacheDays === 0 ? undefined : answer);
  }

  private async callWith(
    slot: Slot,
    messages: readonly Message[],
    signal: AbortSignal,
  ): Promise<AnsweredCall> {
    const model = this.model!;
    const maxOutputTokens = this.config.maxOutputTokens;
    const began = performance.now();
    let reply: ModelReply;
    try {
      // Named after OpenTelemetry's conventions for models: https://opentelemetry.io/docs/specs/semconv/gen-ai/
      const facts = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': model.name };
      reply = await inSpan(`chat ${model.name}`, { kind: 'client', facts }, async (span) => {
        const answer = await model.ask(
          { system: SYSTEM_PROMPT, messages, schema: ANSWER_SCHEMA, maxOutputTokens },
          signal,
        );
        span.add({
          ...(answer.inputTokens !== null && { 'gen_ai.usage.input_tokens': answer.inputTokens }),
          ...(answer.outputTokens !== null && { 'gen_ai.usage.output_tokens': answer.outputTokens }),
        });
        return answer;
      });
    } catch (error) {
      await this.giveBack(slot, this.usedInVain(messages, error));
      if (error instanceof ModelFailure) await this.note(error, model);
      throw error;
    }
    const durationMs = performance.now() - began;
    this.metrics.seconds.observe(durationMs / 1000);
    const use = this.used(
      reply.inputTokens ?? estimateTokens(messages),
      reply.outputTokens ?? tokensOf(reply.text),
    );
    await this.giveBack(slot, use);
    return { reply, durationMs, use };
  }

  private giveBack(slot: Slot, use: TokenUse): Promise<void> {
    const [inputTokens, outputTokens] = [use.input_tokens ?? 0, use.output_tokens ?? 0];
    return this.budget.giveBack(slot.id, { inputTokens, outputTokens, costUsd: use.cost_usd });
  }

  /** A server that failed after it began, or was broken off by us, may charge for the question. */
  private usedInVain(messages: readonly Message[], error: unknown): TokenUse {
    const mayHaveBegun = !(error instanceof ModelFailure) || error.mayHaveUsedTokens;
    return mayHaveBegun ? this.used(estimateTokens(messages), 0) : NO_TOKENS;
  }

  private used(input_tokens: number, output_tokens: number): TokenUse {
    const { priceInput, priceOutput } = this.config;
    const priced = priceInput > 0 || priceOutput > 0;
    const cost_usd = priced ? (input_tokens * priceInput + output_tokens * priceOutput) / 1_000_000 : null;
    this.metrics.tokens.inc({ kind: 'input' }, input_tokens);
    this.metrics.tokens.inc({ kind: 'output' }, output_tokens);
    if (cost_usd !== null) this.metrics.cost.inc(cost_usd);
    return { input_tokens, output_tokens, cost_usd };
  }

  private async note(failure: ModelFailure, { fingerprint, name, endpoint }: Model): Promise<void> {
    const about = { code: failure.code, model: name, endpoint };
    switch (failure.failure) {
      case 'refused':
        // Once for all jobs and processes: the next ten thousand would say the same.
        if (await this.budget.refuse(fingerprint, failure.code, failure.message, REFUSED_MS)) {
          this.logger.error(about, failure.message);
        }
        return;
      case 'limited':
        return this.budget.block(fingerprint, failure.retryAfterMs ?? 1_000);
      case 'failed': {
        const { open, failures } = await this.budget.failed(fingerprint, failure.message);
        if (failure.retryAfterMs !== null) await this.budget.block(fingerprint, failure.retryAfterMs);
        if (open)
          this.logger.warn({ ...about, failures }, `The model is paused for a while: ${failure.message}`);
        return;
      }
      case 'unusable':
        this.logger.warn(about, failure.message);
    }
  }
}
