import { createMigratedDatabase, type MigratedDatabase } from './testing/index.js';

/** A node of an execution plan, as `explain (format json)` gives it. */
interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  Plans?: PlanNode[];
}

function nodes(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodes)];
}

/** Each filter of the API and each look-up of a writer by one key, with the index made for it. */
const QUERIES: readonly [index: string, sql: string][] = [
  ['events_default_timestamp_idx', 'select * from events order by "timestamp" desc, id desc limit 50'],
  [
    'events_default_timestamp_idx',
    `select * from events where "timestamp" >= '2026-01-10' and "timestamp" <= '2026-01-12'
      order by "timestamp" desc, id desc limit 50 offset 100`,
  ],
  [
    'events_default_timestamp_idx',
    `select * from events where ("timestamp", id) > ('2026-01-10', 17) and "timestamp" < 'infinity'
      order by "timestamp", id limit 2000`,
  ],
  [
    'events_default_actor_idx',
    `select * from events where coalesce(canonical_user, "user") = 'user-7' order by "timestamp" desc, id desc limit 50`,
  ],
  [
    'events_default_actor_idx',
    `select * from events where coalesce(canonical_user, "user") = 'user-7' and "timestamp" >= '2026-01-10' and "timestamp" <= '2026-01-12'
      order by "timestamp" desc, id desc limit 50`,
  ],
  [
    'events_default_received_at_brin',
    `select id from events where received_at >= '2026-01-30T23:00Z' and received_at < 'infinity'`,
  ],
  [
    'events_default_uid_key',
    `select * from events where uid = any('{00000000-0000-0000-0000-000000000001}'::uuid[])`,
  ],
  ['findings_created_at_idx', 'select * from findings order by created_at desc, id desc limit 20'],
  [
    'findings_created_at_idx',
    `select * from findings where created_at >= '2026-01-10' and created_at < '2026-01-12'
      order by created_at desc, id desc limit 20 offset 40`,
  ],
  [
    'findings_severity_created_at_idx',
    `select * from findings where severity = 'critical' order by created_at desc, id desc limit 20`,
  ],
  [
    'findings_actor_created_at_idx',
    `select * from findings where coalesce(canonical_user, "user") = 'user-7' order by created_at desc, id desc limit 20`,
  ],
  [
    'findings_rule_name_created_at_idx',
    `select * from findings where rule_name = 'none' order by created_at desc, id desc limit 20`,
  ],
  [
    'findings_finding_key_key',
    `select id from findings where finding_key = any('{00000000-0000-0000-0000-000000000001}'::uuid[])`,
  ],
  ['dead_letters_failed_at_idx', 'select * from dead_letters order by failed_at desc, id desc limit 50'],
];

describe('indexes', () => {
  let database: MigratedDatabase;
  const plan = async (sql: string) => {
    const rows = await database.dataSource.query<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(
      `explain (format json) ${sql}`,
    );
    return nodes(rows[0]!['QUERY PLAN'][0]!.Plan);
  };

  beforeAll(async () => {
    database = await createMigratedDatabase();
    await database.dataSource.query(`
      insert into events (uid, source, event_id, event_type, "user", "timestamp", received_at, correlation_id, raw_data)
      select gen_random_uuid(), 'api', n::text, 'type-' || n % 20, 'user-' || n % 50,
             timestamptz '2026-01-01' + n * interval '43 seconds', timestamptz '2026-01-01' + n * interval '43 seconds',
             'c', '{}'
        from generate_series(1, 60000) n;
      insert into findings (finding_key, kind, rule_id, rule_name, rule_hash, title, description, severity, "user",
                            group_key, first_seen, last_seen, event_count, event_uids, reasons, controls,
                            first_received_at, created_at, updated_at)
      select gen_random_uuid(), case when n % 4 = 0 then 'correlation' else 'event' end, 'rule-' || n % 22, 'r', 'h',
             't', 'd', case when n % 100 = 0 then 'critical' else 'low' end, 'user-' || n % 50,
             case when n % 4 = 0 then 'group-' || n % 50 end, at, at + interval '1 minute', 1, '{}', '[]', '{}', at, at, at
        from (select n, timestamptz '2026-01-01' + n * interval '1 minute' as at from generate_series(1, 30000) n) numbered;
      insert into dead_letters (origin, subject, consumer, code, reason, message, truncated, tries, failed_at)
      select 'bus', 's', 'c', 'A.B', 'r', 'm', false, 8, timestamptz '2026-01-01' + n * interval '1 minute'
        from generate_series(1, 5000) n;
      analyze;`);
  });
  afterAll(() => database.drop());

  it.each(QUERIES)('%s serves %s', async (index, sql) => {
    const used = await plan(sql);
    expect(used.map((node) => node['Index Name'])).toContain(index);
    // Whatever an index delivers in order need not be sorted.
    if (sql.includes('order by')) expect(used.map((node) => node['Node Type'])).not.toContain('Sort');
  });
});
