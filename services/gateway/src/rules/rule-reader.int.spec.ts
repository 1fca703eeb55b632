import { aRule, createMigratedDatabase, type MigratedDatabase, putIntoForce } from '@mcm/persistence/testing';
import { RuleReader } from './rule-reader.js';

const PROBLEM = {
  path: 'rules/core/a.yml',
  line: 3,
  column: 5,
  severity: 'error',
  code: 'YAML.SYNTAX',
  message: 'No',
} as const;

let database: MigratedDatabase;
let reader: RuleReader;
beforeAll(async () => {
  database = await createMigratedDatabase();
  reader = new RuleReader(database.dataSource);
});
afterAll(() => database.drop());

describe('before there are rules', () => {
  it('has none, and no problems', async () => {
    expect(await reader.problems()).toEqual({ revision: 0, loaded_at: null, problems: [], refused: null });
    expect(await reader.find('one')).toBeNull();
  });
});

describe('rules in force', () => {
  beforeAll(async () => {
    await putIntoForce(database.dataSource, [
      aRule('one', { level: 'high', pack: 'aws', title: 'Trail STOPPED', tags: ['attack.t1562'] }),
      aRule('two', { level: 'low' }),
      aRule('three', { kind: 'correlation', rule_references: ['two', 'base'], logsource: null }),
      aRule('base', { silent: true }),
    ]);
    await database.dataSource.query(`
      insert into rule_hits values ('two', 7, '2026-01-01T00:00:00Z'), ('three', 1, '2026-02-01T00:00:00Z'),
        ('gone', 5, now());
      insert into rule_switches values ('two', false, 'critical', 1)`);
  });
  const ids = async (...[filter, order]: Partial<Parameters<RuleReader['page']>>) => {
    const { items, total } = await reader.page(filter ?? {}, order ?? 'name', { limit: 50, offset: 0 });
    expect(total).toBe(items.length);
    return items.map(({ id }) => id);
  };

  it('shows what people changed and what was found', async () => {
    expect(await reader.find('two')).toMatchObject({
      level: 'low',
      effective_level: 'critical',
      level_override: 'critical',
      enabled: false,
      hits: 7,
      last_hit: '2026-01-01T00:00:00.000Z',
      override_revision: 1,
      referenced_by: [{ id: 'three', name: 'three_name' }],
    });
    expect(await reader.find('three_name')).toMatchObject({
      id: 'three',
      references: [
        { id: 'base', name: 'base_name' },
        { id: 'two', name: 'two_name' },
      ],
      enabled: true,
      override_revision: 0,
      level_override: null,
    });
    expect(await reader.find('one')).toMatchObject({ hits: 0, last_hit: null });
    expect(await reader.packs()).toEqual([
      { pack: 'aws', rules: 1 },
      { pack: 'core', rules: 3 },
    ]);
  });

  it('filters and sorts', async () => {
    expect(await ids()).toEqual(['base', 'one', 'three', 'two']);
    expect(await ids({ q: 'stopped' })).toEqual(['one']);
    expect(await ids({ q: 'T1562' })).toEqual(['one']);
    expect(await ids({ q: '%' })).toEqual([]);
    expect(await ids({ pack: 'core', kind: ['event'] })).toEqual(['base', 'two']);
    expect(await ids({ level: ['critical', 'high'] })).toEqual(['one', 'two']);
    expect(await ids({ level: ['low'] })).toEqual([]);
    expect(await ids({ enabled: false })).toEqual(['two']);
    expect(await ids({}, 'hits')).toEqual(['two', 'three', 'base', 'one']);
    expect(await ids({}, 'last_hit')).toEqual(['three', 'two', 'base', 'one']);
    expect(await ids({}, 'level')).toEqual(['two', 'one', 'base', 'three']);
    const page = await reader.page({}, 'name', { limit: 2, offset: 1 });
    expect(page).toMatchObject({ total: 4, items: [{ id: 'one' }, { id: 'three' }] });
  });

  it('shows why a set was refused, until another came into force', async () => {
    const load = (outcome: string) =>
      database.dataSource.query(
        `insert into rule_loads (outcome, revision, requested_by, reason, rules, problems, at)
         values ($1, 1, 'ann', 'tuning', 4, $2, '2026-03-01T00:00:00Z')`,
        [outcome, JSON.stringify([PROBLEM])],
      );
    await load('refused');
    expect(await reader.problems()).toEqual({
      revision: 1,
      loaded_at: expect.any(String),
      problems: [],
      refused: {
        at: '2026-03-01T00:00:00.000Z',
        requested_by: 'ann',
        reason: 'tuning',
        rules: 4,
        problems: [PROBLEM],
      },
    });
    await load('unchanged');
    expect(await reader.problems()).toMatchObject({ revision: 1, refused: null });
  });
});
