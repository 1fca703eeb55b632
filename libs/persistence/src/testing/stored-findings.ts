import { newId } from '@mcm/kernel';
import { A_REASON } from '@mcm/testing';
import type { DataSource } from 'typeorm';
import { FINDING, type FindingDraft, without } from '../tables/index.js';
import { insertRows } from './rows.js';

const NEW_FINDING = without(FINDING, 'id', 'revision');

/** A finding about one event of alice, changed by `overrides`. */
export function aFinding(overrides: Partial<FindingDraft> = {}): FindingDraft {
  return {
    kind: 'event',
    finding_key: newId(),
    rule_id: 'rule-1',
    rule_name: 'single_failed_login',
    rule_hash: 'hash-1',
    title: 'Failed sign-in',
    description: 'alice failed to sign in.',
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

/**
 * Stores findings and counts them, as the rules service does; gives their ids.
 *
 * @param createdAt when they were raised, in ISO 8601; now by default
 */
export async function storeFindings(
  database: DataSource,
  drafts: readonly FindingDraft[],
  createdAt = new Date().toISOString(),
): Promise<number[]> {
  const rows = drafts.map((draft) => ({ ...draft, created_at: createdAt, updated_at: createdAt }));
  const ids = await insertRows(database, 'findings', NEW_FINDING, rows);
  for (const count of COUNTS) await database.query(count, [ids]);
  return ids;
}

const DAY = `(created_at at time zone 'UTC')::date`;
const COUNTS = [
  `insert into finding_daily_counts as counts (day, severity, count)
   select ${DAY}, severity, count(*) from findings where id = any($1::bigint[]) group by 1, 2
   on conflict (day, severity) do update set count = counts.count + excluded.count`,
  `insert into finding_user_daily_counts as counts ("user", day, severity, count)
   select coalesce(canonical_user, "user"), ${DAY}, severity, count(*)
     from findings where id = any($1::bigint[]) group by 1, 2, 3
   on conflict ("user", day, severity) do update set count = counts.count + excluded.count`,
  `insert into rule_hits as counts (rule_id, hits, last_hit)
   select rule_id, count(*), max(updated_at) from findings where id = any($1::bigint[]) group by 1
   on conflict (rule_id) do update
      set hits = counts.hits + excluded.hits, last_hit = greatest(counts.last_hit, excluded.last_hit)`,
];
