import { AppError } from '@mcm/kernel';
import type { ExchangeRecord } from '@mcm/persistence';
import type { Facts } from '../facts/build-facts.js';
import type { Answer } from '../prompt/answer-schema.js';
import { type Message, question, repairQuestion } from '../prompt/messages.js';
import { PROMPT_VERSION } from '../prompt/system-prompt.js';
import { type Model, ModelFailure } from '../providers/model.js';
import { validateAnswer } from '../validate-answer/validate-answer.js';
import type { AnsweredCall, ModelCalls } from './model-calls.js';
import { type ModelOutcome, NO_TOKENS, type TokenUse } from './model-outcome.js';
import type { Asker } from './model-slots.js';

/** What one question led to: the end of the conversation, or an answer that a second question may repair. */
type Round =
  { kind: 'over'; outcome: ModelOutcome } | { kind: 'invalid'; text: string; problems: readonly string[] };

/** Asks the model about one finding: one question, one chance to repair the answer, then the heuristic has to answer. */
export class Conversation {
  private use: TokenUse = NO_TOKENS;
  private lastExchange: number | null = null;

  constructor(
    private readonly calls: ModelCalls,
    private readonly model: Model,
    private readonly facts: Facts,
    private readonly inputHash: string,
    private readonly asker: Asker,
  ) {}

  /** @throws AppError `unavailable` when a later try of the same job may succeed */
  async hold(): Promise<ModelOutcome> {
    const messages = question(this.facts);
    const first = await this.round(messages);
    if (first.kind === 'over') return first.outcome;
    const repaired = await this.round(repairQuestion(messages, first.text, first.problems));
    if (repaired.kind === 'over') return repaired.outcome;
    return this.unanswered(
      'AI.ANSWER_INVALID',
      `The model's answer was of no use, twice: ${repaired.problems[0]}.`,
    );
  }

  private async round(messages: readonly Message[]): Promise<Round> {
    try {
      const asked = await this.calls.call(messages, this.asker);
      if (asked.done) return await this.review(messages, asked.result);
      return { kind: 'over', outcome: this.unanswered(asked.fallback.code, asked.fallback.reason) };
    } catch (error) {
      if (!(error instanceof ModelFailure)) throw error;
      return { kind: 'over', outcome: await this.failed(messages, error) };
    }
  }

  private async review(messages: readonly Message[], call: AnsweredCall): Promise<Round> {
    const { reply } = call;
    this.use = added(this.use, call.use);
    if (reply.end === 'refused') {
      await this.keep(messages, call, 'refused', ['the model declines to answer']);
      return { kind: 'over', outcome: this.unanswered('AI.MODEL_DECLINED', 'The model declined to answer.') };
    }
    const verdict = validateAnswer(reply.text, this.facts);
    if (verdict.ok && reply.end === 'complete') {
      const exchangeId = await this.keep(messages, call, 'valid', verdict.problems, verdict.answer);
      return {
        kind: 'over',
        outcome: { kind: 'answered', answer: verdict.answer, exchangeId, cached: false, use: this.use },
      };
    }
    const cutOff = reply.end === 'cut_off';
    const problems = cutOff
      ? ['it was cut off before its end: be shorter', ...verdict.problems]
      : verdict.problems;
    await this.keep(messages, call, cutOff ? 'cut_off' : 'invalid', problems);
    return { kind: 'invalid', text: reply.text, problems };
  }

  /** What left the house is kept also where nothing came back. */
  private async failed(messages: readonly Message[], failure: ModelFailure): Promise<ModelOutcome> {
    this.lastExchange = await this.calls.keep({
      ...this.exchange(messages),
      answered_by: null,
      received: null,
      outcome: 'failed',
      problems: [failure.message],
      input_tokens: null,
      output_tokens: null,
      cost_usd: null,
      duration_ms: 0,
    });
    const { urgent, lastTry } = this.asker;
    const worthwhile = failure.failure === 'failed' || failure.failure === 'limited';
    // A waiting caller has waited long enough after one timeout.
    if (worthwhile && !lastTry && !(urgent && failure.tookLong)) {
      throw new AppError('unavailable', failure.code, failure.message, { cause: failure });
    }
    return this.unanswered(failure.code, failure.message);
  }

  private async keep(
    messages: readonly Message[],
    { reply, durationMs, use }: AnsweredCall,
    outcome: ExchangeRecord['outcome'],
    problems: readonly string[],
    answer?: Answer,
  ): Promise<number> {
    this.lastExchange = await this.calls.keep(
      {
        ...this.exchange(messages),
        answered_by: reply.model,
        received: reply.text,
        outcome,
        problems,
        ...use,
        duration_ms: durationMs,
      },
      answer,
    );
    return this.lastExchange;
  }

  private exchange(sent: readonly Message[]) {
    return {
      input_hash: this.inputHash,
      prompt_version: PROMPT_VERSION,
      endpoint: this.model.endpoint,
      model: this.model.name,
      repair_of: this.lastExchange,
      sent,
    };
  }

  private unanswered(code: string, reason: string): ModelOutcome {
    const asked = this.lastExchange !== null;
    return {
      kind: 'unanswered',
      fallback: { code, reason },
      exchangeId: this.lastExchange,
      use: asked ? this.use : null,
    };
  }
}

function added(a: TokenUse, b: TokenUse): TokenUse {
  const sum = (x: number | null, y: number | null) => (x === null || y === null ? null : x + y);
  return {
    input_tokens: sum(a.input_tokens, b.input_tokens),
    output_tokens: sum(a.output_tokens, b.output_tokens),
    cost_usd: sum(a.cost_usd, b.cost_usd),
  };
}
