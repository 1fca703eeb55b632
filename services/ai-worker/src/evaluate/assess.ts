import type { EnrichmentRecord, FindingForEnrichment } from '../enrich-finding/enrichment-store.js';
import { type ModelOutcome, NO_TOKENS, type TokenUse } from '../ask-model/model-outcome.js';
import { decide } from '../enrich-finding/decide.js';
import { buildFacts, type Facts, type FactsOptions } from '../facts/build-facts.js';
import { ANSWER_SCHEMA } from '../prompt/answer-schema.js';
import { type Message, question, repairQuestion } from '../prompt/messages.js';
import { SYSTEM_PROMPT } from '../prompt/system-prompt.js';
import { type Model, ModelFailure } from '../providers/model.js';
import { validateAnswer } from '../validate-answer/validate-answer.js';

/** What came of one finding. */
export interface Assessment {
  enrichment: EnrichmentRecord;
  /** What a model was shown, or would have been. */
  sent: string;
  /** Parts of the model's answers that the validator cut out. */
  cut: number;
  /** Milliseconds that the model took; 0 without one. */
  tookMs: number;
}
/** Assesses findings in one way or another. */
export type Assessor = (finding: FindingForEnrichment) => Promise<Assessment>;

export interface AssessorOptions extends FactsOptions {
  maxOutputTokens: number;
  /** US dollars for a million tokens of questions and answers; null when not known. */
  price: { input: number; output: number } | null;
}

/** The heuristic. */
export function heuristicAssessor(options: FactsOptions): Assessor {
  return (finding) => {
    const facts = buildFacts(finding, options);
    return Promise.resolve({
      enrichment: decide(finding, facts, null, ''),
      sent: facts.text,
      cut: 0,
      tookMs: 0,
    });
  };
}

/** A model, asked as the ai-worker asks it, but without cache, budgets and database. */
export function modelAssessor(model: Model, options: AssessorOptions): Assessor {
  return async (finding) => {
    const facts = buildFacts(finding, options);
    const asked = await ask(model, facts, options);
    return {
      enrichment: decide(finding, facts, asked.outcome, model.name),
      sent: facts.text,
      cut: asked.cut,
      tookMs: asked.tookMs,
    };
  };
}

async function ask(model: Model, facts: Facts, options: AssessorOptions) {
  let messages: Message[] = question(facts);
  let use: TokenUse = { ...NO_TOKENS, cost_usd: options.price === null ? null : 0 };
  let cut = 0;
  const began = performance.now();
  const over = (outcome: ModelOutcome) => ({ outcome, cut, tookMs: performance.now() - began });
  const unanswered = (code: string, reason: string) =>
    over({ kind: 'unanswered', fallback: { code, reason }, exchangeId: null, use });
  for (let tries = 1; tries <= 2; tries += 1) {
    try {
      const reply = await model.ask(
        { system: SYSTEM_PROMPT, messages, schema: ANSWER_SCHEMA, maxOutputTokens: options.maxOutputTokens },
        new AbortController().signal,
      );
      use = added(use, reply.inputTokens ?? 0, reply.outputTokens ?? 0, options.price);
      if (reply.end === 'refused') return unanswered('AI.MODEL_DECLINED', 'The model declined to answer.');
      const verdict = validateAnswer(reply.text, facts);
      cut += verdict.problems.length;
      if (verdict.ok && reply.end === 'complete') {
        return over({ kind: 'answered', answer: verdict.answer, exchangeId: 0, cached: false, use });
      }
      messages = repairQuestion(messages, reply.text, verdict.problems);
    } catch (error) {
      if (!(error instanceof ModelFailure)) throw error;
      // Nothing can be said about a model that does not answer.
      if (error.failure === 'refused') throw error;
      return unanswered(error.code, error.message);
    }
  }
  return unanswered('AI.ANSWER_INVALID', 'The answer was of no use, twice.');
}

function added(use: TokenUse, input: number, output: number, price: AssessorOptions['price']): TokenUse {
  return {
    input_tokens: (use.input_tokens ?? 0) + input,
    output_tokens: (use.output_tokens ?? 0) + output,
    cost_usd:
      price === null ? null : (use.cost_usd ?? 0) + (input * price.input + output * price.output) / 1_000_000,
  };
}
