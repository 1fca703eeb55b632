import type { Confidence, EnrichmentDetails, EnrichmentSource, InjectionSign } from '@mcm/contracts';
import { column, nullable } from './columns.js';

/** The columns of `finding_enrichments`: score and explanation of a finding. */
export const FINDING_ENRICHMENT = {
  finding_id: column<number>('bigint'),
  /** Integer from 0 to 100, never below `rule_score`. */
  risk_score: column<number>('smallint'),
  /** What the rule demands; null when an older version wrote it. */
  rule_score: nullable<number>('smallint'),
  /** What the model said, also where it was too low to count; null for the heuristic. */
  model_score: nullable<number>('smallint'),
  /** How sure the model says it is. */
  confidence: nullable<Confidence>('text'),
  /** The explanation as one text. */
  explanation: column<string>('text'),
  /** The explanation in its parts; null when an older version wrote it. */
  details: nullable<EnrichmentDetails>('jsonb'),
  source: column<EnrichmentSource>('text'),
  /** Name of the model; null for the heuristic. */
  model: nullable<string>('text'),
  prompt_version: nullable<string>('text'),
  /** The exchange with the model that this rests on, also when the heuristic had to step in after it. */
  exchange_id: nullable<number>('bigint'),
  /** The answer was there already: nothing was asked for this finding. */
  cached: column<boolean>('boolean'),
  /** Tokens that this enrichment used; null where no model was asked. */
  input_tokens: nullable<number>('integer'),
  output_tokens: nullable<number>('integer'),
  /** In US dollars; null when no price is known. */
  cost_usd: nullable<number>('numeric'),
  /** Where events hold text that tries to instruct a model; null when nowhere. */
  injections: nullable<readonly InjectionSign[]>('jsonb'),
  /** Why the heuristic stepped in for a model that is configured. */
  fallback_code: nullable<string>('text'),
  fallback_reason: nullable<string>('text'),
  /** The values of the placeholders of the exchange in this finding. */
  placeholders: nullable<Readonly<Record<string, string>>>('jsonb'),
  /** Revision of the finding that was looked at; null when an older version wrote it. */
  finding_revision: nullable<number>('integer'),
  created_at: column<string>('timestamptz(3)'),
  updated_at: column<string>('timestamptz(3)'),
};
