import { AuditTrail } from '@mcm/audit';
import { LOCAL_OPERATOR } from '@mcm/contracts';
import { aRule, createMigratedDatabase, type MigratedDatabase, putIntoForce } from '@mcm/persistence/testing';
import { RuleOverrides, type OverrideRequest } from './rule-overrides.js';
import { RuleReader } from './rule-reader.js';

const CALLER = { actor: LOCAL_OPERATOR, address: '127.0.0.1', requestId: 'request-1' };

let database: MigratedDatabase;
let overrides: RuleOverrides;
let reader: RuleReader;
beforeEach(async () => {
  database = await createMigratedDatabase();
  overrides = new RuleOverrides(database.dataSource, new AuditTrail());
  reader = new RuleReader(database.dataSource);
  await putIntoForce(database.dataSource, [
    aRule('a'),
    aRule('b'),
    aRule('base', { silent: true }),
    aRule('except', { kind: 'filter' }),
  ]);
});
afterEach(() => database.drop());

const change = (rule: string, request: Partial<OverrideRequest>) =>
  overrides.change(rule, { caller: CALLER, changed_by: 'ann', reason: 'noisy', ...request });

/** The last revision and how many changes up to it are visible, read together as other processes read them. */
const seen = async () => {
  const [row] = await database.dataSource.query<[{ revision: number; changes: number }]>(
    `select r.revision::int as revision,
            (select count(*)::int from rule_switch_changes c where c.revision <= r.revision) as changes
       from rule_switch_revision r`,
  );
  return row;
};

it('changes what is mentioned, takes back with null, and keeps who, when and why', async () => {
  expect(await change('a', { level: 'low' })).toEqual({ id: 'a', revision: 1 });
  expect(await change('a_name', { enabled: false, changed_by: 'bob', reason: null })).toEqual({
    id: 'a',
    revision: 2,
  });
  expect(await reader.find('a')).toMatchObject({
    enabled: false,
    level_override: 'low',
    override_revision: 2,
  });
  await change('a', { level: null, enabled: null, reason: 'tuned' });
  const rule = (await reader.find('a'))!;
  expect(rule).toMatchObject({
    enabled: true,
    effective_level: 'medium',
    level_override: null,
    override_revision: 3,
  });
  expect(rule.changes).toEqual([
    { revision: 3, enabled: true, level: null, changed_by: 'ann', reason: 'tuned', at: expect.any(String) },
    { revision: 2, enabled: false, level: 'low', changed_by: 'bob', reason: null, at: expect.any(String) },
    { revision: 1, enabled: true, level: 'low', changed_by: 'ann', reason: 'noisy', at: expect.any(String) },
  ]);
});

it('does nothing when nothing would be different', async () => {
  expect(await change('a', { enabled: true, level: null })).toEqual({ id: 'a', revision: null });
  await change('a', { enabled: false });
  expect(await change('a', { enabled: false })).toEqual({ id: 'a', revision: null });
  expect(await seen()).toEqual({ revision: 1, changes: 1 });
});

it('refuses what has no meaning', async () => {
  await expect(change('nothing', { enabled: false })).rejects.toMatchObject({ code: 'RULES.NOT_FOUND' });
  await expect(change('base', { enabled: false })).rejects.toMatchObject({ code: 'RULES.NO_FINDINGS' });
  await expect(change('base', { level: 'low' })).rejects.toMatchObject({ code: 'RULES.NO_FINDINGS' });
  await expect(change('except', { level: 'low' })).rejects.toMatchObject({ code: 'RULES.NO_FINDINGS' });
  expect(await change('except', { enabled: false })).toEqual({ id: 'except', revision: 1 });
});

it('tells two people who change the same rule at the same time apart', async () => {
  await change('a', { level: 'low', expected_revision: 0 });
  const outcomes = await Promise.allSettled([
    change('a', { level: 'high', expected_revision: 1 }),
    change('a', { level: 'critical', expected_revision: 1 }),
  ]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { kind: 'conflict', code: 'RULES.CHANGED_MEANWHILE' },
  });
  expect(await seen()).toEqual({ revision: 2, changes: 2 });
});

it('loses no change of many at the same time: a reader of a revision has seen all changes up to it', async () => {
  const reads: { revision: number; changes: number }[] = [];
  let done = false;
  const watching = (async () => {
    while (!done) reads.push(await seen());
  })();
  await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      await change('a', n % 2 === 0 ? { enabled: n % 4 === 0 } : { level: n % 4 === 1 ? 'low' : 'high' });
      await change('b', { level: n % 2 === 0 ? 'low' : 'high' });
    }),
  );
  done = true;
  await watching;
  reads.push(await seen());
  for (const { revision, changes } of reads) expect(changes).toBe(revision);
  expect(reads.map(({ revision }) => revision)).toEqual(
    reads.map(({ revision }) => revision).sort((x, y) => x - y),
  );
});
