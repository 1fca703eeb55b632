import type { Severity } from '@mcm/contracts';

/** What a provider is told about a finding. Texts in it come from events and are not to be trusted. */
export interface FindingFacts {
  id: number;
  rule_name: string;
  title: string;
  description: string;
  severity: Severity;
  user: string;
  event_count: number;
}

/** A score and an explanation. */
export interface Enrichment {
  /** Integer from 0 (harmless) to 100 (act now). */
  risk_score: number;
  explanation: string;
  source: 'heuristic' | 'model';
  /** Name of the model; null for the heuristic. */
  model: string | null;
}

/** Scores and explains findings. Rejects when it cannot; the caller falls back to the heuristic. */
export interface EnrichmentProvider {
  enrich(facts: FindingFacts, signal: AbortSignal): Promise<Enrichment>;
}
export const ENRICHMENT_PROVIDER = Symbol('EnrichmentProvider');
