import { createMigratedDatabase, type MigratedDatabase } from '@mcm/persistence/testing';
import { SELECT_EPISODES } from './finding-sql.js';

let database: MigratedDatabase;
beforeAll(async () => {
  database = await createMigratedDatabase();
  await database.dataSource.query(`
    insert into findings (finding_key, kind, rule_id, rule_name, rule_hash, title, description, severity, "user",
                          group_key, first_seen, last_seen, event_count, event_uids, reasons, controls,
                          first_received_at, created_at, updated_at)
    select gen_random_uuid(), 'correlation', 'rule-' || n % 22, 'r', 'h', 't', 'd', 'low', 'u', 'group-' || n % 50,
           at, at + interval '1 minute', 1, '{}', '[]', '{}', at, at, at
      from (select n, timestamptz '2026-01-01' + n * interval '1 minute' as at from generate_series(1, 10000) n) numbered;
    analyze;`);
});
afterAll(() => database.drop());

it('finds the episodes of a batch by their index', async () => {
  const wanted = Array.from({ length: 20 }, (_, i) => ({
    rule_id: `rule-${i}`,
    group_key: `group-${i * 2}`,
    first_seen: '2026-01-05T00:00:00.000Z',
    last_seen: '2026-01-05T01:00:00.000Z',
    keys: ['00000000-0000-0000-0000-000000000001'],
  }));
  const plan = await database.dataSource.query(`explain (format json) ${SELECT_EPISODES}`, [
    JSON.stringify(wanted),
  ]);
  expect(JSON.stringify(plan)).toContain('"Index Name":"findings_episode_idx"');
});
