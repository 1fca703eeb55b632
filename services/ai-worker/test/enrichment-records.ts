import type { EnrichmentDetails } from '@mcm/contracts';
import type { EnrichmentRecord } from '../src/enrich-finding/enrichment-store.js';

const details: EnrichmentDetails = {
  summary: 'alice failed to log in.',
  what_happened: [],
  why_it_matters: [],
  check_next: [],
  harmless_if: [],
  controls: {},
};

/** What the heuristic says about a finding, changed by `overrides`. */
export function anEnrichment(overrides: Partial<EnrichmentRecord> = {}): EnrichmentRecord {
  return {
    risk_score: 80,
    rule_score: 80,
    model_score: null,
    confidence: null,
    explanation: 'Because.',
    details,
    source: 'heuristic',
    model: null,
    prompt_version: null,
    exchange_id: null,
    cached: false,
    input_tokens: null,
    output_tokens: null,
    cost_usd: null,
    injections: [],
    fallback: null,
    placeholders: null,
    finding_revision: 1,
    ...overrides,
  };
}
