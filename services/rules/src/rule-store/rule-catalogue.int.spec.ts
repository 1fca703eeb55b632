import { type CatalogueRule, RULE } from '@mcm/persistence';
import { aRule, createMigratedDatabase, type MigratedDatabase, storedRows } from '@mcm/persistence/testing';
import { storedCatalogue } from '../../test/stored-catalogue.js';
import { type NewCatalogue, RuleCatalogue } from './rule-catalogue.js';

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
beforeEach(async () => {
  database = await createMigratedDatabase();
  catalogue = new RuleCatalogue(database.dataSource);
});
afterEach(() => database.drop());

/** A set with these rules, each in a file of its own. */
const aCatalogue = (fingerprint: string, rules: readonly CatalogueRule[]): NewCatalogue => ({
  fingerprint,
  sources: { files: rules.map(({ path, source }) => ({ path, text: source })), placeholders: {} },
  rules,
  problems: rules.flatMap(({ problems }) => problems),
});
const inForce = () => storedRows(database.dataSource, 'rules', RULE);

const replace = (fingerprint: string, rules: readonly CatalogueRule[]) =>
  catalogue.replace(UNNAMED, async () => ({
    outcome: 'replace',
    catalogue: aCatalogue(fingerprint, rules),
  }));

it('begins empty, and gives back the files of the set in force', async () => {
  expect(await catalogue.revisions()).toEqual({ rules: 0, overrides: 0 });
  expect(await catalogue.inForce()).toMatchObject({ revision: 0, fingerprint: '', sources: { files: [] } });
  expect(await storedCatalogue(database.dataSource)).toEqual({ revision: 0, problems: [], last_load: null });

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
    versions.push((await inForce())[0]!.version);
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
  expect((await inForce()).map(({ id }) => id)).toEqual(['b']);
});

it('keeps everything when a set is refused, and says why', async () => {
  await replace('one', [aRule('a')]);
  const refused = await catalogue.replace({ requested_by: 'ann', reason: 'tuning' }, async (present) => {
    expect(present).toEqual({ revision: 1, fingerprint: 'one' });
    return { outcome: 'refuse', rules: 4, problems: [PROBLEM] };
  });
  expect(refused.revision).toBe(1);
  expect(await storedCatalogue(database.dataSource)).toMatchObject({
    revision: 1,
    problems: [],
    last_load: { outcome: 'refused', requested_by: 'ann', reason: 'tuning', rules: 4, problems: [PROBLEM] },
  });
  await catalogue.replace(UNNAMED, async () => ({ outcome: 'keep' }));
  expect(await storedCatalogue(database.dataSource)).toMatchObject({
    revision: 1,
    last_load: { outcome: 'unchanged' },
  });
  await replace('two', [aRule('a', { problems: [PROBLEM] })]);
  expect(await storedCatalogue(database.dataSource)).toMatchObject({
    revision: 2,
    problems: [PROBLEM],
    last_load: { outcome: 'replaced' },
  });
});

it('keeps everything when deciding fails', async () => {
  await replace('one', [aRule('a')]);
  await expect(
    catalogue.replace(UNNAMED, async () => {
      throw new Error('the disk is gone');
    }),
  ).rejects.toThrow('the disk is gone');
  await expect(replace('two', [aRule('b'), aRule('b')])).rejects.toMatchObject({ kind: 'invalid' });
  expect((await inForce()).map(({ id }) => id)).toEqual(['a']);
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
  expect(await inForce()).toMatchObject([{ title, tags: [title], metadata: { [title]: [title] } }]);
});
