import type { EnrichmentRecord } from '../enrich-finding/enrichment-store.js';
import type { Answer } from '../prompt/answer-schema.js';
import type { Fallback } from '../providers/heuristic.js';

/** What asking a model about a finding led to. */
export type ModelOutcome =
  | {
      kind: 'answered';
      answer: Answer;
      exchangeId: number;
      cached: boolean;
      use: TokenUse;
    }
  /** The heuristic has to answer. */
  | { kind: 'unanswered'; fallback: Fallback; exchangeId: number | null; use: TokenUse | null };

/** What was used for one finding. */
export type TokenUse = Pick<EnrichmentRecord, 'input_tokens' | 'output_tokens' | 'cost_usd'>;

export const NO_TOKENS: TokenUse = { input_tokens: 0, output_tokens: 0, cost_usd: 0 };
