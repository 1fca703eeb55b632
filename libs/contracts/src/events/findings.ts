import type { TraceCarrier } from '@mcm/kernel';
import { z } from 'zod';

/** Severities, lowest first (Sigma levels without `informational`, which is stored as `low`). */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export const Severity = z.enum(SEVERITIES).meta({ id: 'Severity' });
export type Severity = z.infer<typeof Severity>;

/** A finding that was written or has grown. */
export const RaisedFinding = z
  .object({
    id: z.int().positive().describe('Id of the finding.'),
    rule_id: z.string(),
    rule_name: z.string(),
    severity: Severity,
    user: z.string(),
    event_count: z.int().positive(),
    revision: z.int().positive().describe('Number of times the finding was written; 1 means it is new.'),
    event_received_at: z.string().describe('When the event that caused this revision was accepted.'),
  })
  .meta({ id: 'RaisedFinding', description: 'A finding was raised or has grown.' });

/** `findings.raised` v1. */
export type FindingRaised = z.infer<typeof RaisedFinding> & {
  /** Where in a trace it was found, where tracing is on. */
  trace?: TraceCarrier;
};

/** `findings.enriched` v1: a finding has a score and an explanation. */
export const EnrichedFinding = z
  .object({ id: z.int().positive().describe('Id of the finding.'), risk_score: z.int().min(0).max(100) })
  .meta({ id: 'EnrichedFinding', description: 'A finding has a score.' });
export type FindingEnriched = z.infer<typeof EnrichedFinding>;
