import { nameBasedId } from '@mcm/kernel';
import type { FindingDraft } from '@mcm/persistence';
import { aFinding } from '@mcm/persistence/testing';

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
