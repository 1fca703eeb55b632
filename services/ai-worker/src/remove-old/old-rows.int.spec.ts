import { type ExchangeRecord } from '@mcm/persistence';
import { countRows, createMigratedDatabase, type MigratedDatabase } from '@mcm/persistence/testing';
import { ExchangeStore } from '../ask-model/exchange-store.js';
import { OldRows } from './old-rows.js';

const EXCHANGE: ExchangeRecord = {
  input_hash: 'hash-1',
  prompt_version: 'v1',
  endpoint: 'http://127.0.0.1:1/v1',
  model: 'a-model',
  answered_by: 'a-model-2026',
  repair_of: null,
  sent: [],
  received: '{"score":1}',
  outcome: 'valid',
  problems: [],
  input_tokens: 100,
  output_tokens: 10,
  cost_usd: 0.001,
  duration_ms: 12,
};

let database: MigratedDatabase;
let rows: OldRows;
beforeAll(async () => {
  database = await createMigratedDatabase();
  rows = new OldRows(database.dataSource);
});
afterAll(() => database.drop());

const moment = new Date('2026-01-10T00:00:00Z');

it('removes old exchanges with their answers and repairs, and leaves the others', async () => {
  const store = new ExchangeStore(database.dataSource);
  const old = await store.record(EXCHANGE, { score: 1 });
  await store.record({ ...EXCHANGE, input_hash: 'hash-2', repair_of: old });
  const recent = await store.record({ ...EXCHANGE, input_hash: 'hash-3' }, { score: 2 });
  await database.dataSource.query('update ai_exchanges set asked_at = $1 where id = $2', [
    '2026-01-09T23:59:59.999Z',
    old,
  ]);
  expect(await rows.removeExchanges(moment)).toBe(1);
  expect(await rows.removeExchanges(moment)).toBe(0);
  expect(await database.dataSource.query('select id::int from ai_exchanges')).toEqual([{ id: recent }]);
  expect(await database.dataSource.query('select input_hash from ai_answers')).toEqual([
    { input_hash: 'hash-3' },
  ]);
});

it('removes bulk enrichments that ended long ago in portions, and none that goes on', async () => {
  await database.dataSource.query(`
    insert into enrichment_runs (id, state, scope, created_at, finished_at) values
      ('old', 'completed', '{}', '2026-01-01', '2026-01-02'), ('recent', 'failed', '{}', '2026-01-01', '2026-01-10'),
      ('paused', 'paused', '{}', '2026-01-01', null)`);
  await database.dataSource.query(`
    insert into enrichment_run_items (run_id, finding_id, state)
    select run, n, 'model' from unnest(array['old', 'recent', 'paused']) as run, generate_series(1, 1500) as n`);
  const removed: number[] = [];
  while (removed.at(-1) !== 0) removed.push(await rows.removeFromRuns(moment));
  expect(removed).toEqual([1000, 500, 1, 0]);
  expect(await countRows(database.dataSource, 'enrichment_run_items')).toBe(3000);
  expect(await database.dataSource.query('select id from enrichment_runs order by id')).toEqual([
    { id: 'paused' },
    { id: 'recent' },
  ]);
});
