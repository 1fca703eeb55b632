import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@mcm/testing';
import { get, send, settled, startSystem, type StandaloneSystem } from '../support/system.js';

const BATCHES = 60;
const BATCH = 100;

describe('PostgreSQL killed while the system runs', () => {
  let folder: string;
  let system: StandaloneSystem | undefined;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcm-database-'));
    await chmod(folder, 0o755);
    system = await startSystem({ dataPath: folder });
  });
  afterAll(async () => {
    await system?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('recovers by itself, and nothing that was acknowledged is lost', async () => {
    const { api } = system!;
    const event = (batch: number, n: number) => ({
      event_id: `b${batch}-${n}`,
      event_type: 'login_failed',
      user: `user-${n % 7}`,
      timestamp: new Date(Date.now() - 60_000).toISOString(),
    });
    let refused = 0;
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const events = Array.from({ length: BATCH }, (_, n) => event(batch, n));
      if (batch === 20) {
        const pid = Number(
          (await readFile(join(folder, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n')[0],
        );
        process.kill(pid, 'SIGKILL');
      }
      // A producer that is told to try later does so.
      await eventually(
        async () => {
          const { status, body } = await send<{ code?: string }>(`${api}/events`, events);
          if (status === 202) return true;
          refused += 1;
          expect(status).toBe(503);
          expect(body.code).toMatch(/^[A-Z]+\./);
          return false;
        },
        { timeoutMs: 60_000, intervalMs: 100 },
      );
    }
    await settled(api);
    const letters = await get<{ items: unknown[] }>(`${api}/dead-letters`);
    expect(letters.items).toEqual([]);
    const { total_events } = await get<{ total_events: number }>(`${api}/stats/summary`);
    expect(total_events).toBe(BATCHES * BATCH);
    expect(refused).toBeGreaterThan(0);
    expect((await fetch(`${api}/health/ready`)).ok).toBe(true);
  });
});
