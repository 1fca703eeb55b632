import {
  aFinding,
  compareCounts,
  countRows,
  createMigratedDatabase,
  type MigratedDatabase,
  storeFindings,
} from '@mcm/persistence/testing';
import { anEpisode } from '../../test/finding-drafts.js';
import { FindingStore } from './finding-store.js';
import { OldFindings } from './old-findings.js';

let database: MigratedDatabase;
let old: OldFindings;
beforeAll(async () => {
  database = await createMigratedDatabase();
  old = new OldFindings(database.dataSource);
});
afterAll(() => database.drop());
beforeEach(() =>
  database.dataSource.query(
    'truncate findings, finding_enrichments, finding_daily_counts, finding_user_daily_counts, rule_hits',
  ),
);

const BEFORE = new Date('2026-02-01T00:00:00Z');
const store = (day: string, count = 1, overrides = {}) =>
  storeFindings(
    database.dataSource,
    Array.from({ length: count }, () => aFinding(overrides)),
    `${day}T12:00:00.000Z`,
  );
const removeAll = async (held: Parameters<OldFindings['portions']>[1] = []) => {
  const portions = old.portions(BEFORE, held);
  let removed = 0;
  for (let more = 1; more !== 0; removed += more) more = await portions.removeNext();
  return removed;
};
const dates = (first: string, last = first) => ({
  first_seen: `${first}T08:00:00.000Z`,
  last_seen: `${last}T09:00:00.000Z`,
});

it('removes what is old with its enrichment and its part in all counts, in portions', async () => {
  await store('2026-01-31', 700, { user: 'alice', severity: 'high' });
  await store('2026-01-30', 600, { user: 'bob', rule_id: 'rule-2' });
  const [kept] = await store('2026-02-01', 1);
  await database.dataSource.query(
    `insert into finding_enrichments (finding_id, risk_score, explanation, source, created_at, updated_at)
     select id, 40, 'x', 'heuristic', now(), now() from findings`,
  );
  expect(await removeAll()).toBe(1300);
  expect(await database.dataSource.query('select id::int from findings')).toEqual([{ id: kept }]);
  expect(await countRows(database.dataSource, 'finding_enrichments')).toBe(1);
  const { kept: counts, actual } = await compareCounts(database.dataSource);
  expect(counts).toEqual(actual);
  expect(await countRows(database.dataSource, 'finding_user_daily_counts')).toBe(3);
  await old.forgetEmptyCounts('2026-02-01');
  expect(await countRows(database.dataSource, 'finding_user_daily_counts')).toBe(1);
  expect(await countRows(database.dataSource, 'finding_daily_counts')).toBe(1);
});

it('keeps what has changed since, and when a rule found something last', async () => {
  await store('2026-01-01', 2);
  const hits = () => database.dataSource.query('select hits::int, last_hit from rule_hits');
  const [before] = await hits();
  await database.dataSource.query(
    `update findings set updated_at = '2026-02-01' where id = (select min(id) from findings)`,
  );
  expect(await removeAll()).toBe(1);
  expect(await hits()).toEqual([{ hits: 1, last_hit: before.last_hit }]);
});

it.each([
  ['a day', [{ from: '2026-01-05', to: '2026-01-05' }], 2],
  ['a period without bounds', [{ from: null, to: null }], 0],
  ['a period without an end', [{ from: '2026-01-06', to: null }], 2],
  ['days without findings', [{ from: '2025-01-01', to: '2025-12-31' }], 3],
  ['a day within an episode', [{ from: '2026-01-07', to: '2026-01-07' }], 2],
])('keeps findings about held days: %s', async (_, held, removed) => {
  for (const seen of [dates('2026-01-04'), dates('2026-01-05'), dates('2026-01-06', '2026-01-08')])
    await store('2026-01-10', 1, seen);
  const portions = old.portions(BEFORE, held);
  expect(await portions.removeNext()).toBe(removed);
  expect(await portions.removeNext()).toBe(0);
  expect(await countRows(database.dataSource, 'findings')).toBe(3 - removed);
});

it('walks past many findings that are held', async () => {
  await store('2026-01-02', 1200, dates('2026-01-02'));
  await store('2026-01-03', 1, dates('2026-01-03'));
  expect(await removeAll([{ from: '2026-01-02', to: '2026-01-02' }])).toBe(1);
});

it('loses no episode that grows while it is removed', async () => {
  const findings = new FindingStore(database.dataSource);
  for (let round = 0; round < 10; round += 1) {
    const group = { group_key: `{"n":${round}}` };
    await findings.upsertBatch([anEpisode(0, 5, group)]);
    await database.dataSource.query(
      `update findings set created_at = '2026-01-01', updated_at = '2026-01-01'`,
    );
    await database.dataSource.query(
      `update finding_daily_counts set day = '2026-01-01'; update finding_user_daily_counts set day = '2026-01-01'`,
    );
    const [[outcome]] = await Promise.all([findings.upsertBatch([anEpisode(3, 9, group)]), removeAll()]);
    expect(await database.dataSource.query('select id::int from findings')).toEqual([{ id: outcome!.id }]);
    const { kept, actual } = await compareCounts(database.dataSource);
    expect(kept).toEqual(actual);
    await database.dataSource.query(
      'truncate findings, finding_enrichments, finding_daily_counts, finding_user_daily_counts, rule_hits',
    );
  }
});
