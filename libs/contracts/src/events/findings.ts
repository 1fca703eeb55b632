import type { TraceCarrier } from '@mcm/kernel';

/** Severities, lowest first (Sigma levels without `informational`, which is stored as `low`). */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** `findings.raised` v1: a finding was written or has grown. */
export interface FindingRaised {
  /** Database id, a positive integer below 2^53. */
  id: number;
  rule_id: string;
  rule_name: string;
  severity: Severity;
  user: string;
  event_count: number;
  /** Number of times the finding was written; 1 means it is new. */
  revision: number;
  /** received_at of the event that caused this revision. */
  event_received_at: string;
  /** Where in a trace it was found, where tracing is on. */
  trace?: TraceCarrier;
}

/** `findings.enriched` v1: a finding has a score and an explanation. */
export interface FindingEnriched {
  id: number;
  risk_score: number;
}
