import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describeWith, eventually, freePort } from '@mcm/testing';
import { DistributedSystem } from '../support/distributed-system.js';
import { type OwnServers, startOwnServers } from '../support/own-servers.js';
import { ROOT, startProgram } from '../support/program.js';
import { readiness } from '../support/readiness.js';
import { send } from '../support/system.js';

const RULES = 'services/rules/dist/main.js';

/** Runs a program to its end, as it does when it cannot start. */
async function runToEnd(env: Record<string, string>) {
  const program = startProgram(RULES, { MANAGEMENT_PORT: String(await freePort()), ...env });
  const code = await new Promise<number | null>((resolve) => program.process.once('close', resolve));
  return { code, output: program.output() };
}

describe('A service that cannot start', () => {
  it('explains how it is started, when PROFILE is not distributed', async () => {
    const { code, output } = await runToEnd({});
    expect(code).toBe(1);
    expect(output).toContain('PROFILE=distributed');
    expect(output).toContain('npm start');
    expect(output).not.toMatch(/\n\s+at /);
  });

  it('names all servers that are missing, and repeats no password', async () => {
    const { code, output } = await runToEnd({
      PROFILE: 'distributed',
      DATABASE_URL: 'postgres://a:hunter2@b/c',
    });
    expect(code).toBe(1);
    expect(output).toContain('NATS_URL and REDIS_URL');
    expect(output).not.toContain('hunter2');
  });
});

describeWith({ nats: 'own', redis: 'own' }, 'Services as processes of their own', () => {
  let servers: OwnServers;
  let system: DistributedSystem;

  beforeAll(async () => {
    servers = await startOwnServers();
    system = await DistributedSystem.start({
      ...servers.addresses,
      env: { INGESTION_TIMEOUT_MS: '3000' },
    });
  });
  afterAll(async () => {
    await system?.killAll();
    await servers?.stop();
  });

  const pushLeak = (user: string) =>
    send(`${system.api}/events`, {
      event_type: 'storage_bucket_permission_changed',
      user,
      raw_data: { bucket_name: 'payroll', public: true, changed_by: user },
    });
  it('another program queues enrichments with BullMQ, word for word as docs/profiles.md says', async () => {
    expect((await pushLeak('scored')).status).toBe(202);
    await eventually(async () => (await fetch(`${system.api}/findings/1`)).status === 200);
    const docs = await readFile(join(ROOT, 'docs/profiles.md'), 'utf8');
    const program = /## Jobs by BullMQ[\s\S]*?```js\n([\s\S]*?)```/.exec(docs)![1]!;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      cwd: ROOT,
      env: { ...process.env, NODE_OPTIONS: '', REDIS_URL: servers.addresses.redisUrl },
    });
    expect(JSON.parse(stdout)).toEqual({
      state: 'completed',
      finding_ids: [1],
      failed: [{ finding_id: 999_999, reason: 'There is no such finding (any more).' }],
    });
    expect(await (await fetch(`${system.api}/findings/1`)).json()).toMatchObject({
      risk_score: expect.any(Number) as number,
    });
  });

  it('the gateway says 503 with a reason while ingestion is dead or silent, never hangs, and names it', async () => {
    const ingestion = system.of('ingestion')[0]!;
    const refused = async () => {
      const began = performance.now();
      const answer = await fetch(`${system.api}/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"event_type":"login_success","user":"late"}',
      });
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(performance.now() - began).toBeLessThan(20_000);
      return (await answer.json()) as { code: string };
    };
    // As when its machine is overwhelmed: connections are taken, answers do not come.
    ingestion.signal('SIGSTOP');
    expect((await refused()).code).toBe('INTAKE.NO_ANSWER');
    ingestion.signal('SIGCONT');
    await ingestion.kill();
    expect((await refused()).code).toMatch(/^INTAKE\./);
    const ready = await readiness(system.api);
    expect(ready.status).toBe(503);
    expect(ready.parts['ingestion']).toMatchObject({ status: 'down' });
    expect(ready.parts['database']).toEqual({ status: 'up' });
    // Reads go on.
    expect((await fetch(`${system.api}/findings`)).status).toBe(200);

    ingestion.launch();
    await ingestion.untilReady();
    await eventually(async () => (await readiness(system.api)).status === 200);
    expect((await pushLeak('third')).status).toBe(202);
  });

  it('all of them end in order when they are asked to', async () => {
    expect(await system.stop()).toBe(0);
  });
});
