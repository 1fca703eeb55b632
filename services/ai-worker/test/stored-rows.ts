import type { EventEnvelope } from '@mcm/contracts';
import { newId } from '@mcm/kernel';
import {
  columnList,
  type Columns,
  type DataSource,
  EVENT,
  FINDING,
  type FindingDraft,
  recordsFrom,
  type RowOf,
  RULE,
  without,
} from '@mcm/persistence';
import { A_REASON } from '@mcm/testing';

const NEW_FINDING = without(FINDING, 'id', 'revision');
const NEW_EVENT = without(EVENT, 'id');

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

/** Stores findings as the rules service does, without their counts; gives their ids. */
export async function storeFindings(
  database: DataSource,
  drafts: readonly FindingDraft[],
): Promise<number[]> {
  const now = new Date().toISOString();
  const rows = drafts.map((draft) => ({ ...draft, created_at: now, updated_at: now }));
  return insert(database, 'findings', NEW_FINDING, rows);
}

/** Stores events as ingestion does, without their counts. */
export async function storeEvents(database: DataSource, events: readonly EventEnvelope[]): Promise<void> {
  const rows = events.map((event) => ({
    canonical_user: null,
    content_hash: null,
    conflicts_with: null,
    ...event,
  }));
  await insert(database, 'events', NEW_EVENT, rows);
}

/** Stores a rule that is in force, changed by `overrides`. */
export async function storeRule(database: DataSource, overrides: Partial<RowOf<typeof RULE>>): Promise<void> {
  const rule: RowOf<typeof RULE> = {
    id: 'rule-1',
    name: 'single_failed_login',
    title: 'Failed sign-in',
    kind: 'event',
    level: 'low',
    status: null,
    description: null,
    pack: 'core',
    path: 'rules/core/single_failed_login.yml',
    line: 1,
    content_hash: 'hash-1',
    version: 1,
    silent: false,
    tags: [],
    tests: 0,
    logsource: null,
    correlation: null,
    rule_references: [],
    controls: {},
    runbook: null,
    metadata: {},
    problems: [],
    source: 'title: Failed sign-in\n',
    ...overrides,
  };
  await insert(database, 'rules', RULE, [rule]);
}

async function insert<C extends Columns>(
  database: DataSource,
  table: string,
  columns: C,
  rows: readonly RowOf<C>[],
): Promise<number[]> {
  const inserted = await database.query<{ id: string }[]>(
    `insert into ${table} (${columnList(columns)}) select ${columnList(columns)}
       from ${recordsFrom('$1', 'record', columns)} returning id`,
    [JSON.stringify(rows)],
  );
  return inserted.map(({ id }) => Number(id));
}
