import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateEvents } from '@mcm/simulator';
import { createTestDatabase, type TestDatabase } from '@mcm/testing';
import { allFindings, send, settled, startSystem, type System } from '../support/system.js';

const CLI = join(import.meta.dirname, '../../services/rules/dist/cli.js');
const HOUR = 3600 * 1000;

/** Runs `npm run rules -- run` as a user does. */
async function runRules(system: System): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [CLI, 'run', '--url', system.api], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, output };
}

const shape = async (system: System) =>
  (await allFindings(system.api))
    .map((f) => [f.rule_name, f.user, f.severity, f.event_count, f.first_seen, f.last_seen].join(' | '))
    .sort();

describe('Evaluating stored events again', () => {
  let database: TestDatabase;
  let system: System | undefined;
  let emptyFolder: string;
  const start = async (env: Record<string, string> = {}) =>
    (system = await startSystem({ databaseUrl: database.url, env }));
  beforeAll(async () => {
    database = await createTestDatabase();
    emptyFolder = await mkdtemp(join(tmpdir(), 'mcm-no-rules-'));
    await chmod(emptyFolder, 0o755);
  });
  afterAll(async () => {
    await system?.stop();
    await database.drop();
    await rm(emptyFolder, { recursive: true, force: true });
  });

  it('writes what a rule would have found, and never a duplicate', async () => {
    const now = Date.now();
    const events = generateEvents({ count: 2_000, from: now - 48 * HOUR, to: now - 24 * HOUR, seed: 4 });

    const without = await start({ RULES_PATH: emptyFolder });
    expect((await send(`${without.api}/events`, events)).status).toBe(202);
    await settled(without.api);
    expect(await shape(without)).toEqual([]);
    await without.stop();

    const system = await start();
    const first = await runRules(system);
    expect(first).toMatchObject({ code: 0 });
    const found = await shape(system);
    expect(found.length).toBeGreaterThan(50);
    expect(first.output).toContain(`2000 events evaluated`);
    expect(first.output).toContain(`${found.length} of them new`);

    const second = await runRules(system);
    expect(second.output).toContain(' 0 of them new');
    expect(await shape(system)).toEqual(found);
  });

  it('says what to do when nothing is running', async () => {
    const { code, output } = await runRules({ api: 'http://127.0.0.1:9' } as System);
    expect(code).toBe(1);
    expect(output).toContain('npm start');
  });
});
