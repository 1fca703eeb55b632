import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { get, send, startSystem, type StandaloneSystem } from '../support/system.js';

// A reserve that no disk has is the same for the system as a disk that is nearly full, and needs no such disk.
describe('A disk with less than its reserve', () => {
  let folder: string;
  let system: StandaloneSystem;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcm-disk-'));
    const env = { DATA_DISK_RESERVE: '100%' };
    system = await startSystem({ dataPath: folder, env, startedPath: '/health' });
  }, 240_000);
  afterAll(async () => {
    await system?.stop();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it.each(['events', 'sources/cloudtrail'])(
    'refuses what comes to /%s for now, and says why',
    async (door) => {
      const answer = await fetch(`${system.api}/${door}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([{ event_type: 'login_failed', user: 'alice' }]),
      });
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('30');
      expect(await answer.json()).toMatchObject({
        code: 'STORAGE.LOW',
        detail: expect.stringContaining('DATA_DISK_RESERVE') as string,
      });
    },
  );

  it('goes on with everything else, and names the disk', async () => {
    expect(await get(`${system.api}/findings`)).toMatchObject({ total: 0 });
    const preview = await send(`${system.api}/enrichments`, { finding_ids: [1] });
    expect(preview.status).toBeLessThan(500);
    const ready = await fetch(`${system.api}/health/ready`);
    expect(ready.status).toBe(503);
    const { parts } = (await ready.json()) as { parts: Record<string, { status: string }> };
    expect(parts['disk']).toMatchObject({ status: 'down' });
    expect(parts['database']).toEqual({ status: 'up' });
  });
});
