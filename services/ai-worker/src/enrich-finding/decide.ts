import type { EnrichmentRecord, FindingForEnrichment } from './enrichment-store.js';
import type { ModelOutcome } from '../ask-model/model-outcome.js';
import { explanationText } from '../explanation/explanation-text.js';
import { resolveAnswer } from '../explanation/resolve-answer.js';
import type { Facts } from '../facts/build-facts.js';
import { PROMPT_VERSION } from '../prompt/system-prompt.js';
import { heuristicEnrichment } from '../providers/heuristic.js';

type Answered = Extract<ModelOutcome, { kind: 'answered' }>;

/**
 * The enrichment of a finding, given the answer of the model: its answer on the floor that the rule sets, or the heuristic
 * with the reason for it.
 *
 * @param outcome null when no model is configured
 */
export function decide(
  finding: FindingForEnrichment,
  facts: Facts,
  outcome: ModelOutcome | null,
  model: string,
): EnrichmentRecord {
  if (outcome === null) return heuristicEnrichment(finding, { facts, fallback: null });
  const { exchangeId, use } = outcome;
  const spent =
    use === null ? {} : { spent: { ...use, exchange_id: exchangeId, placeholders: facts.placeholders } };
  if (outcome.kind === 'unanswered') {
    return heuristicEnrichment(finding, { facts, fallback: outcome.fallback, ...spent });
  }
  if (facts.injections.length > 0 && outcome.answer.score < facts.ruleScore) {
    return heuristicEnrichment(finding, { facts, fallback: INJECTION_SUSPECTED, ...spent });
  }
  return modelEnrichment(finding, facts, outcome, model);
}

const INJECTION_SUSPECTED = {
  code: 'AI.INJECTION_SUSPECTED',
  reason:
    'The model scored the finding below its rule while its events hold text that tries to instruct a model: the answer is not used.',
} as const;

/** What the model says, on the floor that the rule sets. */
function modelEnrichment(
  finding: FindingForEnrichment,
  facts: Facts,
  { answer, exchangeId, cached, use }: Answered,
  model: string,
): EnrichmentRecord {
  const details = resolveAnswer(answer, facts);
  // A model that is not sure does not raise: that is what people stop reading alarms for.
  const raises = answer.confidence !== 'low' && answer.score > facts.ruleScore;
  return {
    risk_score: raises ? answer.score : facts.ruleScore,
    rule_score: facts.ruleScore,
    model_score: answer.score,
    confidence: answer.confidence,
    explanation: explanationText(details),
    details,
    source: 'model',
    model,
    prompt_version: PROMPT_VERSION,
    exchange_id: exchangeId,
    cached,
    ...use,
    injections: facts.injections,
    fallback: null,
    placeholders: facts.placeholders,
    finding_revision: finding.revision,
  };
}
