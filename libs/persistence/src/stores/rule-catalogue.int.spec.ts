import { aCatalogue, aRule } from '../../test/catalogue-rules.js';
import { createMigratedDatabase, type MigratedDatabase } from '../../test/migrated-database.js';
import { RuleReader } from '../readers/index.js';
import type { CatalogueRule } from '../tables/rules.js';
import { RuleCatalogue } from './rule-catalogue.js';

const PROBLEM = {
  path: 'rules/core/a.yml',
  line: 3,
  column: 5,
  severity: 'error',
  code: 'YAML.SYNTAX',
  message: 'No',
} as const;
const UNNAMED = { requested_by: null, reason: null };

let database: MigratedDatabase;
let catalogue: RuleCatalogue;
let reader: RuleReader;
beforeEach(async () => {
  database = await createMigratedDatabase();
  catalogue = new RuleCatalogue(database.dataSource);
  reader = new RuleReader(database.dataSource);
});
afterEach(() => database.drop());

const replace = (fingerprint: string, rules: readonly CatalogueRule[]) =>
  catalogue.replace(UNNAMED, async () => ({
    outcome: 'replace',
    catalogue: aCatalogue(fingerprint, rules),
  }));

it('begins empty, and gives back the files of the set in force', async () => {
  expect(await catalogue.revisions()).toEqual({ rules: 0, overrides: 0 });
  expect(await catalogue.inForce()).toMatchObject({ revision: 0, fingerprint: '', sources: { files: [] } });
  expect(await reader.problems()).toEqual({ revision: 0, loaded_at: null, problems: [], refused: null });

  expect(await replace('one', [aRule('b'), aRule('a')])).toEqual({
    revision: 1,
    changes: { added: ['a', 'b'], changed: [], removed: [] },
  });
  expect(await catalogue.revisions()).toEqual({ rules: 1, overrides: 0 });
  expect(await catalogue.inForce()).toEqual({
    revision: 1,
    fingerprint: 'one',
    problems: [],
    sources: {
      files: [
        { path: 'rules/core/b.yml', text: 'title: b\n' },
        { path: 'rules/core/a.yml', text: 'title: a\n' },
      ],
      placeholders: {},
    },
  });
});

it('numbers the texts of a rule, and a text that comes back is the same version', async () => {
  const text = (source: string) => [aRule('a', { source }), aRule('b')];
  const versions: number[] = [];
  for (const source of ['one', 'two', 'one', 'three']) {
    const { changes } = await replace(source, text(source));
    if (versions.length > 0) expect(changes).toEqual({ added: [], changed: ['a'], removed: [] });
    versions.push((await reader.find('a'))!.version);
  }
  expect(versions).toEqual([1, 2, 1, 3]);
  const { content_hash } = aRule('a', { source: 'two' });
  expect(await catalogue.version('a', content_hash)).toEqual({
    version: 2,
    path: 'rules/core/a.yml',
    source: 'two',
  });
  expect(await catalogue.version('a', 'unknown')).toBeNull();
  expect((await replace('none', [aRule('b')])).changes).toEqual({ added: [], changed: [], removed: ['a'] });
  expect(await reader.find('a')).toBeNull();
});

it('keeps everything when a set is refused, and says why', async () => {
  await replace('one', [aRule('a')]);
  const refused = await catalogue.replace({ requested_by: 'ann', reason: 'tuning' }, async (present) => {
    expect(present).toEqual({ revision: 1, fingerprint: 'one' });
    return { outcome: 'refuse', rules: 4, problems: [PROBLEM] };
  });
  expect(refused.revision).toBe(1);
  expect(await reader.problems()).toMatchObject({
    revision: 1,
    problems: [],
    refused: { requested_by: 'ann', reason: 'tuning', rules: 4, problems: [PROBLEM] },
  });
  await catalogue.replace(UNNAMED, async () => ({ outcome: 'keep' }));
  expect(await reader.problems()).toMatchObject({ revision: 1, refused: null });
  await replace('two', [aRule('a', { problems: [PROBLEM] })]);
  expect(await reader.problems()).toMatchObject({ revision: 2, problems: [PROBLEM], refused: null });
});

it('keeps everything when deciding fails', async () => {
  await replace('one', [aRule('a')]);
  await expect(
    catalogue.replace(UNNAMED, async () => {
      throw new Error('the disk is gone');
    }),
  ).rejects.toThrow('the disk is gone');
  await expect(replace('two', [aRule('b'), aRule('b')])).rejects.toMatchObject({ kind: 'invalid' });
  expect((await reader.page({}, 'name', { limit: 9, offset: 0 })).items.map(({ id }) => id)).toEqual(['a']);
  expect(await catalogue.revisions()).toEqual({ rules: 1, overrides: 0 });
});

it('lets those who replace at the same time follow each other', async () => {
  const seen: number[] = [];
  await Promise.all(
    ['a', 'b', 'c', 'd'].map((id) =>
      catalogue.replace(UNNAMED, async ({ revision }) => {
        seen.push(revision);
        return { outcome: 'replace', catalogue: aCatalogue(id, [aRule(id)]) };
      }),
    ),
  );
  expect(seen).toEqual([0, 1, 2, 3]);
  expect((await catalogue.inForce()).sources.files).toHaveLength(1);
});

it('can hold whatever a rule says', async () => {
  const odd = 'U+0000 \u0000, half a pair \uD83D, "quotes" \\ 😀';
  await replace('odd', [
    aRule('a', { title: odd, metadata: { [odd]: [odd] }, tags: [odd], controls: { tsc: [odd] } }),
  ]);
  const title = odd.replace('\u0000', '\uFFFD').replace('\uD83D,', '\uFFFD,');
  expect(await reader.find('a')).toMatchObject({ title, tags: [title], metadata: { [title]: [title] } });
});

describe('the list of rules', () => {
  beforeEach(async () => {
    await replace('list', [
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
});
