import { nameBasedId, newId } from '@mcm/kernel';
import { A_REASON } from '@mcm/testing';
import type { FindingDraft } from '../src/index.js';

/** A finding about one event of alice, changed by `overrides`. */
export function aFinding(overrides: Partial<FindingDraft> = {}): FindingDraft {
  return {
    kind: 'event',
    finding_key: newId(),
    rule_id: 'rule-1',
    rule_name: 'single_failed_login',
    rule_hash: 'hash-1',
    title: 'Failed login',
    description: 'alice failed to log in.',
    severity: 'low',
    user: 'alice',
    canonical_user: null,
    group_key: null,
    first_seen: '2026-01-15T12:00:00.000Z',
    last_seen: '2026-01-15T12:00:00.000Z',
    event_count: 1,
    event_uids: [newId()],
    reasons: A_REASON,
    controls: { tsc: ['CC6.1'] },
    first_received_at: '2026-01-15T12:00:01.000Z',
    ...overrides,
  };
}

const START = Date.parse('2026-01-15T12:00:00.000Z');

/** An instant `minutes` after noon of 15 January 2026. */
export function minute(minutes: number): string {
  return new Date(START + minutes * 60_000).toISOString();
}

/** An episode of alice over these minutes, keyed as the rules service does: by rule, group and first event. */
export function anEpisode(from: number, to: number, overrides: Partial<FindingDraft> = {}): FindingDraft {
  const rule_id = overrides.rule_id ?? 'rule-2';
  const group_key = overrides.group_key ?? '{"user":"alice"}';
  return aFinding({
    kind: 'correlation',
    finding_key: nameBasedId(
      '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
      JSON.stringify([rule_id, group_key, from]),
    ),
    rule_id,
    rule_name: 'multiple_failed_logins',
    title: 'Several failed logins',
    description: `alice failed to log in from minute ${from} to ${to}.`,
    severity: 'medium',
    group_key,
    first_seen: minute(from),
    last_seen: minute(to),
    event_count: to - from + 1,
    ...overrides,
  });
}
