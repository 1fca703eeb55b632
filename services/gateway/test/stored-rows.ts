import { eventUid, type FindingReason, type JsonObject, type Severity } from '@mcm/contracts';
import {
  columnList,
  type Columns,
  type DataSource,
  FINDING_ENRICHMENT,
  NEW_EXCHANGE,
  recordsFrom,
  type RowOf,
} from '@mcm/persistence';
import { A_REASON } from '@mcm/testing';

/** An event to store; `timestamp` says when it happened. */
export interface EventRow {
  event_id: string;
  source: string;
  event_type: string;
  user: string;
  timestamp: string;
  raw_data: JsonObject;
}

/** Stores an event and counts it, as ingestion does; gives its id. */
export async function storeEvent(database: DataSource, overrides: Partial<EventRow> = {}): Promise<number> {
  const event: EventRow = {
    event_id: `e-${Math.random()}`,
    source: 'api',
    event_type: 'login_failed',
    user: 'alice',
    timestamp: '2026-01-15T12:00:00.000Z',
    raw_data: { ip: '203.0.113.7' },
    ...overrides,
  };
  await database.query(
    `insert into event_daily_counts (day, count) values (($1::timestamptz at time zone 'UTC')::date, 1)
     on conflict (day) do update set count = event_daily_counts.count + 1`,
    [event.timestamp],
  );
  const rows = await database.query<{ id: string }[]>(
    `insert into events (uid, source, event_id, event_type, "user", "timestamp", received_at, correlation_id, raw_data)
     values ($1, $2, $3, $4, $5, $6, '2026-01-15T12:00:01Z', 'c', $7) returning id`,
    [
      eventUid(event.source, event.event_id),
      event.source,
      event.event_id,
      event.event_type,
      event.user,
      event.timestamp,
      JSON.stringify(event.raw_data),
    ],
  );
  return Number(rows[0]?.id);
}

/** A finding to store. */
export interface FindingRow {
  rule_name: string;
  severity: Severity;
  user: string;
  created_at: string;
  event_uids: string[];
  reasons: FindingReason;
}

/** Stores a finding and counts it, as the rules service does; gives its id. */
export async function storeFinding(
  database: DataSource,
  overrides: Partial<FindingRow> = {},
): Promise<number> {
  const finding: FindingRow = {
    rule_name: 'single_failed_login',
    severity: 'low',
    user: 'alice',
    created_at: '2026-01-15T12:00:00.000Z',
    event_uids: [],
    reasons: A_REASON,
    ...overrides,
  };
  const { created_at, severity, user } = finding;
  await database.query(
    `insert into finding_daily_counts (day, severity, count) values (($1::timestamptz at time zone 'UTC')::date, $2, 1)
     on conflict (day, severity) do update set count = finding_daily_counts.count + 1`,
    [created_at, severity],
  );
  await database.query(
    `insert into finding_user_daily_counts ("user", day, severity, count)
     values ($3, ($1::timestamptz at time zone 'UTC')::date, $2, 1)
     on conflict ("user", day, severity) do update set count = finding_user_daily_counts.count + 1`,
    [created_at, severity, user],
  );
  const rows = await database.query<{ id: string }[]>(
    `insert into findings (finding_key, kind, rule_id, rule_name, rule_hash, title, description, severity, "user",
       first_seen, last_seen, event_count, event_uids, reasons, controls, first_received_at, created_at, updated_at)
     values (gen_random_uuid(), 'event', 'rule-1', $4, 'hash', 'A title', 'alice failed to log in', $2, $3,
       $1, $1, 1, $5, $6, '{"tsc":["CC6.1"]}', $1, $1, $1) returning id`,
    [created_at, severity, user, finding.rule_name, finding.event_uids, JSON.stringify(finding.reasons)],
  );
  return Number(rows[0]?.id);
}

/** Stores a score and an explanation, as the ai-worker does; by the heuristic where `overrides` say nothing else. */
export async function storeEnrichment(
  database: DataSource,
  findingId: number,
  score: number,
  overrides: Partial<RowOf<typeof FINDING_ENRICHMENT>> = {},
): Promise<void> {
  const now = new Date().toISOString();
  const enrichment: RowOf<typeof FINDING_ENRICHMENT> = {
    finding_id: findingId,
    risk_score: score,
    rule_score: null,
    model_score: null,
    confidence: null,
    explanation: 'Because of the severity.',
    details: null,
    source: 'heuristic',
    model: null,
    prompt_version: null,
    exchange_id: null,
    cached: false,
    input_tokens: null,
    output_tokens: null,
    cost_usd: null,
    injections: null,
    fallback_code: null,
    fallback_reason: null,
    placeholders: null,
    finding_revision: null,
    created_at: now,
    updated_at: now,
    ...overrides,
  };
  await database.query('delete from finding_enrichments where finding_id = $1', [findingId]);
  await database.query(insertOf('finding_enrichments', FINDING_ENRICHMENT), [JSON.stringify([enrichment])]);
}

/** Stores a question to a model and its answer, as the ai-worker does; gives its id. */
export async function storeExchange(
  database: DataSource,
  overrides: Partial<RowOf<typeof NEW_EXCHANGE>> = {},
): Promise<number> {
  const exchange: RowOf<typeof NEW_EXCHANGE> = {
    input_hash: 'hash',
    prompt_version: 'v1',
    endpoint: 'http://127.0.0.1/v1',
    model: 'small',
    answered_by: 'small-2026',
    repair_of: null,
    sent: [{ role: 'user', content: 'USER_1?' }],
    received: '{"score":1}',
    outcome: 'valid',
    problems: [],
    input_tokens: 100,
    output_tokens: 10,
    cost_usd: 0.001,
    duration_ms: 12,
    ...overrides,
  };
  const rows = await database.query<{ id: string }[]>(
    `${insertOf('ai_exchanges', NEW_EXCHANGE, ', asked_at', ', now()')} returning id`,
    [JSON.stringify([exchange])],
  );
  return Number(rows[0]?.id);
}

const insertOf = (table: string, columns: Columns, more = '', values = '') =>
  `insert into ${table} (${columnList(columns)}${more})
   select ${columnList(columns)}${values} from ${recordsFrom('$1', 'record', columns)}`;
