import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@mcm/testing';
import { get, send, settled, startSystem, type StandaloneSystem } from '../support/system.js';

const MAIN = join(import.meta.dirname, '../../services/standalone/dist/main.js');

/** Runs the process to its end, as it does when it cannot start. */
async function runToEnd(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [MAIN], { env: { ...process.env, NODE_OPTIONS: '', ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, output };
}

describe('Starting and stopping', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcm start '));
    // Others may enter, as they may enter an ordinary clone: PostgreSQL runs under another account when we are root.
    await chmod(folder, 0o755);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('names a port that is taken, and the way out', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { code, output } = await runToEnd({ API_PORT: String(port), WEB_PORT: '1', DATA_PATH: folder });
    server.close();
    expect(code).toBe(1);
    expect(output).toContain(`Port ${port} is taken`);
    expect(output).toContain('API_PORT=');
    expect(output).not.toMatch(/\n\s+at /);
  });

  it('lists all faulty settings together and prints no value', async () => {
    const { code, output } = await runToEnd({ API_PORT: 'secret-value', LOG_LEVEL: 'loud' });
    expect(code).toBe(1);
    expect(output).toContain('API_PORT');
    expect(output).toContain('LOG_LEVEL');
    expect(output).not.toContain('secret-value');
  });

  describe('on the embedded PostgreSQL', () => {
    let system: StandaloneSystem;
    beforeAll(async () => {
      system = await startSystem({ dataPath: join(folder, 'data') });
    });
    afterAll(async () => {
      await system.stop();
    });

    it('refuses a second start in the same folder', async () => {
      const { code, output } = await runToEnd({
        API_PORT: String(await freePort()),
        WEB_PORT: String(await freePort()),
        DATA_PATH: join(folder, 'data'),
      });
      expect(code).toBe(1);
      expect(output).toMatch(/already running/);
    });

    it('keeps its data over a stop', async () => {
      const event = { event_id: 'kept', event_type: 'login_failed', user: 'alice' };
      expect((await send(`${system.api}/events`, event)).status).toBe(202);
      await settled(system.api);
      expect(await system.stop()).toBe(0);
      system = await startSystem({ dataPath: join(folder, 'data') });
      const events = await get<{ event_id: string }[]>(`${system.api}/events?user=alice`);
      expect(events.map((stored) => stored.event_id)).toEqual(['kept']);
    });

    it('keeps its data over a kill -9', async () => {
      await system.kill();
      system = await startSystem({ dataPath: join(folder, 'data') });
      const { total_findings } = await get<{ total_findings: number }>(`${system.api}/stats/summary`);
      expect(total_findings).toBe(1);
    });
  });
});
