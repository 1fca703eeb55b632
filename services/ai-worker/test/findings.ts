import type { EventEnvelope } from '@mcm/contracts';
import { anEnvelope } from '@mcm/testing';
import type { FindingForEnrichment } from '../src/enrich-finding/enrichment-store.js';
import { AllowList } from '../src/facts/allowed-fields.js';
import { buildFacts, type Facts } from '../src/facts/build-facts.js';

/** A finding about one failed login of alice, changed by `overrides`. */
export function aFindingToEnrich(overrides: Partial<FindingForEnrichment> = {}): FindingForEnrichment {
  const evidence = overrides.evidence ?? [anEnvelope()];
  return {
    id: 1,
    rule_id: 'rule-1',
    rule_name: 'single_failed_login',
    title: 'Failed sign-in',
    description: 'alice failed to sign in from 203.0.113.7',
    severity: 'low',
    user: 'alice',
    event_count: evidence.length,
    first_seen: evidence[0]?.timestamp ?? '2026-01-15T12:00:00.000Z',
    last_seen: evidence.at(-1)?.timestamp ?? '2026-01-15T12:00:00.000Z',
    revision: 1,
    controls: { tsc: ['CC6.1', 'CC7.2'], iso_27001: ['A.8.5'] },
    evidence,
    oversized: 0,
    rule: null,
    ...overrides,
  };
}

/** The facts of a finding with these events, as they are sent by default. */
export function factsOf(
  evidence: readonly EventEnvelope[],
  overrides: Partial<FindingForEnrichment> = {},
  pseudonymise = true,
): Facts {
  return buildFacts(aFindingToEnrich({ evidence: [...evidence], ...overrides }), {
    allowList: new AllowList(),
    pseudonymise,
  });
}
