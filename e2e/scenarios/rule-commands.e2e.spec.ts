import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, eventually, type TestDatabase } from '@mcm/testing';
import { allFindings, get, send, settled, startSystem, type StandaloneSystem } from '../support/system.js';

const CLI = join(import.meta.dirname, '../../services/rules/dist/cli.js');
const CORE = join(import.meta.dirname, '../../rules/core');
const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;

const at = (moment: number) => new Date(moment).toISOString();
const dayOf = (moment: number) => at(moment).slice(0, 10);
/** Noon of a day in UTC, so many days ago. */
const noon = (daysAgo: number) => Math.floor(Date.now() / DAY - daysAgo) * DAY + 12 * HOUR;

const failedLogin = (user: string, moment: number) => ({
  event_type: 'login_failed',
  event_id: `${user}-${moment}`,
  user,
  timestamp: at(moment),
  raw_data: { ip: '203.0.113.7', location: 'Berlin', success: false },
});

const eventRule = (name: string, type: string) => `title: ${name}
name: ${name}
logsource: { product: mcm, service: activity }
detection:
  selection:
    event_type: ${type}
  condition: selection
level: high
`;

/** A threshold over the failed logins of the core pack. */
const threshold = (name: string, count: number) => `title: ${name}
name: ${name}
correlation:
  type: event_count
  rules: [base_login_failed]
  group-by: [user]
  timespan: 1h
  condition: { gte: ${count} }
level: high
`;

/** Runs `npm run rules -- …` as a user does. */
async function rules(
  system: StandaloneSystem,
  ...args: string[]
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [CLI, ...args, '--url', system.api], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** The names of all rules in force. */
async function namesInForce(system: StandaloneSystem): Promise<string[]> {
  const { items } = await get<{ items: { name: string }[] }>(`${system.api}/rules?page_size=500`);
  return items.map(({ name }) => name).sort();
}

describe('The commands for rules', () => {
  let database: TestDatabase;
  let folder: string;
  let system: StandaloneSystem;
  const start = () =>
    startSystem({ databaseUrl: database.url, env: { RULES_PATH: folder, RULES_LATENESS_SECONDS: '3600' } });

  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'mcm-rules-'));
    await chmod(folder, 0o755);
    await cp(CORE, join(folder, 'core'), { recursive: true });
    system = await start();
  }, 240_000);
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
  }, 240_000);

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
  }, 240_000);

  // Later and later in the reload: after so many answers to another question.
  it.each([1, 8])(
    'a process killed while a reload runs (%d) has one set of rules after the restart, and the windows of it',
    async (answers) => {
      const before = await namesInForce(system);
      const user = `user-${answers}`;
      const now = Date.now();
      const first = [1, 2, 3].map((minute) => failedLogin(user, now - 30 * 60_000 + minute * 60_000));
      expect((await send(`${system.api}/events`, first)).status).toBe(202);
      await settled(system.api);
      // Many documents, so that one can be between the first and the last of them.
      const added = Array.from({ length: 40 }, (_, n) => `set_${answers}_${n}`);
      const four = `four_of_${answers}`;
      await writeFile(
        join(folder, 'core', `set-${answers}.yml`),
        [...added.map((name) => eventRule(name, 'nothing_like_it')), threshold(four, 4)].join('---\n'),
      );

      const reload = rules(system, 'reload');
      for (let answer = 0; answer < answers; answer += 1) await get(`${system.api}/rules/problems`);
      await system.kill();
      await reload;

      system = await start();
      expect(await namesInForce(system)).toEqual([...before, ...added, four].sort());
      await send(`${system.api}/events`, failedLogin(user, now - 60_000));
      const counts = () =>
        allFindings(system.api, `&user=${user}`).then((findings) =>
          findings
            .filter(({ rule_name }) => rule_name === four || rule_name === 'multiple_failed_logins')
            .map(({ rule_name, event_count }) => `${rule_name} ${event_count}`)
            .sort(),
        );
      await eventually(async () => (await counts()).length === 2, { timeoutMs: 30_000 });
      await settled(system.api);
      expect(await counts()).toEqual([`${four} 4`, 'multiple_failed_logins 4']);
    },
    90_000,
  );
});
