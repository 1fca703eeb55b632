import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@mcm/testing';
import { eventRule, failedLogin, namesInForce, rules, rulesFolder } from '../support/rule-commands.js';
import { allFindings, send, settled, startSystem, type StandaloneSystem } from '../support/system.js';

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;

const at = (moment: number) => new Date(moment).toISOString();
const dayOf = (moment: number) => at(moment).slice(0, 10);
/** Noon of a day in UTC, so many days ago. */
const noon = (daysAgo: number) => Math.floor(Date.now() / DAY - daysAgo) * DAY + 12 * HOUR;

describe('The commands for rules', () => {
  let database: TestDatabase;
  let folder: string;
  let system: StandaloneSystem;

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await rulesFolder();
    system = await startSystem({
      databaseUrl: database.url,
      env: { RULES_PATH: folder, RULES_LATENESS_SECONDS: '3600' },
    });
  });
  afterAll(async () => {
    await system?.stop();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('preview counts per day what a rule would find, and changes nothing', async () => {
    const events = [
      ...['ann', 'ben', 'cem'].map((user) => failedLogin(user, noon(2))),
      failedLogin('dan', noon(1)),
    ];
    expect((await send(`${system.api}/events`, events)).status).toBe(202);
    await settled(system.api);
    const before = { findings: await allFindings(system.api), rules: await namesInForce(system) };
    const file = join(folder, 'tried.txt');
    await writeFile(file, eventRule('tried', 'login_failed'));

    const { code, output } = await rules(system, 'preview', file);
    expect(output).toContain('tried: 4 findings in 4 events');
    const days = output.split('\n').filter((line) => line.endsWith('#'));
    expect(days.map((line) => line.split(/\s+/))).toEqual([
      [dayOf(noon(2)), '3', '#'.repeat(40)],
      [dayOf(noon(1)), '1', '#'.repeat(13)],
    ]);
    expect(code).toBe(0);
    await settled(system.api);
    expect({ findings: await allFindings(system.api), rules: await namesInForce(system) }).toEqual(before);
  });

  it('reload keeps the old rules when a file is broken, names the place, and takes the rest on request', async () => {
    const before = await namesInForce(system);
    await writeFile(join(folder, 'core', 'good.yml'), eventRule('good', 'logout'));
    await writeFile(join(folder, 'core', 'broken.yml'), 'title: broken\ndetection: [');

    const refused = await rules(system, 'reload');
    expect(refused.output).toMatch(/core\/broken\.yml:2:\d+: error YAML\.SYNTAX: /);
    expect(refused.output).toContain('The rules in force did not change.');
    expect(refused.code).toBe(1);
    expect(await namesInForce(system)).toEqual(before);

    const taken = await rules(system, 'reload', '--skip-faulty');
    expect(taken.output).toMatch(/core\/broken\.yml:2:\d+: error YAML\.SYNTAX: /);
    expect(taken.output).toContain('1 added, 0 changed, 0 removed');
    expect(taken.code).toBe(0);
    expect(await namesInForce(system)).toEqual([...before, 'good'].sort());
    await rm(join(folder, 'core', 'broken.yml'));
  });
});
