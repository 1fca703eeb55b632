import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import type { FaultLog } from '@mcm/platform';
import { RedisConnections } from '@mcm/redis';
import {
  describeWith,
  eventually,
  freePort,
  createTestCertificate,
  startOwnRedis,
  type OwnTestServer,
} from '@mcm/testing';
import { JobSpy } from '../../job-spy.js';
import { RedisJobQueue, type RedisJobQueueOptions } from './index.js';

const log: FaultLog = { warn: () => undefined, error: () => undefined };

const enriched = (finding_id: number) => Promise.resolve({ finding_id, outcome: 'enriched' as const });

describeWith({ redis: 'own' }, 'RedisJobQueue and the death of Redis', () => {
  let redis: OwnTestServer;
  const open: RedisJobQueue[] = [];
  const openQueue = async (options: Partial<RedisJobQueueOptions> = {}): Promise<RedisJobQueue> => {
    const queue = await RedisJobQueue.open({
      address: { url: redis.url },
      lockDurationMs: 1_000,
      log,
      ...options,
    });
    open.push(queue);
    return queue;
  };

  const admins: RedisConnections[] = [];
  /** Connections of the test itself; left open by a test that fails, they would keep its process up. */
  const openAdmin = (): RedisConnections => {
    const admin = new RedisConnections({ address: { url: redis.url }, name: 'test', log });
    admins.push(admin);
    return admin;
  };

  beforeEach(async () => {
    redis = await startOwnRedis();
  });
  afterEach(async () => {
    await Promise.all([...open.splice(0), ...admins.splice(0)].map((each) => each.close()));
    await redis.stop();
  });

  it('says when Redis answers and takes no writes', async () => {
    const queue = await openQueue();
    await expect(queue.assertWritable()).resolves.toBeUndefined();
    const admin = openAdmin();
    const memory = (limit: string) => admin.connect('asking').config('SET', 'maxmemory', limit);
    await memory('1');
    await expect(queue.counts('enrich-finding')).resolves.toMatchObject({ waiting: 0 });
    await expect(queue.assertWritable()).rejects.toMatchObject({
      code: 'JOBS.STORE_UNAVAILABLE',
      message: expect.stringContaining('maxmemory') as string,
    });
    await memory('0');
    await expect(queue.assertWritable()).resolves.toBeUndefined();
  });

  it('works off a bulk that would fill Redis with its outcomes, and keeps a bounded number of others', async () => {
    const queue = await openQueue();
    const memory = openAdmin().connect('asking');
    const used = async () => Number(/used_memory:(\d+)/.exec(await memory.info('memory'))![1]);
    await memory.config('SET', 'maxmemory', String((await used()) + 6 * 1024 * 1024));
    let done = 0;
    const handler = (job: { payload: { finding_id: number } }) => {
      done += 1;
      return enriched(job.payload.finding_id);
    };
    await queue.work('enrich-finding-later', handler, { concurrency: 50 });
    await queue.work('enrich-finding', handler, { concurrency: 50 });
    // A kilobyte and more for each outcome that is kept: these would take twice as much as there is.
    for (let window = 0; window < 20; window += 1) {
      const ids = Array.from({ length: 400 }, (_, index) => window * 400 + index + 1);
      await queue.enqueueMany(
        'enrich-finding-later',
        ids.map((finding_id) => ({
          payload: { finding_id, cause: 'run' as const },
          id: `finding-${finding_id}`,
        })),
      );
      await eventually(() => done === ids.at(-1), { timeoutMs: 30_000 });
    }
    done = 0;
    await queue.enqueueMany(
      'enrich-finding',
      Array.from({ length: 1_500 }, (_, index) => ({ payload: { finding_id: index + 1 } })),
    );
    await eventually(() => done === 1_500, { timeoutMs: 30_000 });
    await eventually(async () => (await queue.counts('enrich-finding-later')).active === 0);
    expect(await queue.counts('enrich-finding-later')).toMatchObject({ completed: 0, failed: 0 });
    expect((await queue.counts('enrich-finding')).completed).toBeLessThanOrEqual(1_000);
    // Nearly ten thousand jobs.
  }, 120_000);

  it('goes on by itself within seconds when the memory of Redis was full and returns', async () => {
    const queue = await openQueue();
    const memory = openAdmin().connect('asking');
    let done = 0;
    await queue.work('enrich-finding-later', (job) => {
      done += 1;
      return enriched(job.payload.finding_id);
    });
    const ids = Array.from({ length: 300 }, (_, index) => index + 1);
    await queue.enqueueMany(
      'enrich-finding-later',
      ids.map((finding_id) => ({ payload: { finding_id, cause: 'run' as const } })),
    );
    await memory.config('SET', 'maxmemory', '1');
    await expect(queue.enqueue('enrich-finding', { finding_id: 1 })).rejects.toMatchObject({
      code: 'JOBS.STORE_UNAVAILABLE',
    });
    await memory.config('SET', 'maxmemory', '0');
    const back = performance.now();
    await eventually(
      async () => {
        const { waiting, active } = await queue.counts('enrich-finding-later');
        return done >= ids.length && waiting + active === 0;
      },
      { timeoutMs: 30_000 },
    );
    expect(performance.now() - back).toBeLessThan(20_000);
  });

  it('keeps every job through kill -9 of the server, and workers go on by themselves', async () => {
    const spy = new JobSpy();
    const queue = await openQueue({ onTransition: spy.record });
    const ids = await queue.enqueueMany(
      'enrich-finding',
      Array.from({ length: 200 }, (_, index) => ({
        payload: { finding_id: index + 1 },
        id: `f-${index + 1}`,
      })),
    );
    let killed = false;
    await queue.work('enrich-finding', async (job) => {
      // In the middle of the work, with jobs that run at that moment.
      if (!killed && spy.transitions.filter(({ state }) => state === 'completed').length > 50) {
        killed = true;
        await redis.kill();
        void redis.restart();
      }
      return enriched(job.payload.finding_id);
    });
    for (const id of ids) await spy.waitFor('enrich-finding', 'completed', { id }, 60_000);
    expect(killed).toBe(true);
    await eventually(async () => (await queue.counts('enrich-finding')).completed === 200, {
      timeoutMs: 20_000,
    });
    expect(await queue.counts('enrich-finding')).toEqual({
      waiting: 0,
      delayed: 0,
      active: 0,
      completed: 200,
      failed: 0,
    });
  });

  it('says "unavailable" while the server is away, in time, and works when it is back', async () => {
    const queue = await openQueue();
    await redis.kill();
    const unavailable = expect.objectContaining({
      kind: 'unavailable',
      code: 'JOBS.STORE_UNAVAILABLE',
      retryAfterSeconds: 2,
    }) as Error;
    const start = performance.now();
    await Promise.all([
      expect(queue.enqueue('enrich-finding', { finding_id: 1 })).rejects.toEqual(unavailable),
      expect(queue.enqueue('replay-rules', {}, { id: 'replay' })).rejects.toEqual(unavailable),
      expect(queue.status('enrich-finding', 'f-1')).rejects.toEqual(unavailable),
      expect(queue.counts('enrich-findings')).rejects.toEqual(unavailable),
      expect(queue.cancel('enrich-finding', 'f-1')).rejects.toEqual(unavailable),
      expect(queue.waitFor('enrich-finding', 'f-1', { timeoutMs: 60_000 })).rejects.toEqual(unavailable),
    ]);
    expect(performance.now() - start).toBeLessThan(12_000);
    await redis.restart();
    await eventually(() => queue.enqueue('enrich-finding', { finding_id: 1 }, { id: 'f-1' }));
    expect(await queue.counts('enrich-finding')).toMatchObject({ waiting: 1 });
  });

  it('says "unavailable" when the server has stopped answering without a word', async () => {
    const queue = await openQueue({ answerMs: 300 });
    await openAdmin().connect('asking').client('PAUSE', 1_500);
    const start = performance.now();
    await expect(queue.counts('enrich-finding')).rejects.toMatchObject({ kind: 'unavailable' });
    expect(performance.now() - start).toBeLessThan(1_400);
    await eventually(() => queue.enqueue('enrich-finding', { finding_id: 1 }));
  });

  it('closes in time while the server is away, with a worker and a listener', async () => {
    const queue = await openQueue();
    await queue.work('enrich-finding', (job) => enriched(job.payload.finding_id));
    const id = await queue.enqueue('enrich-finding', { finding_id: 1 });
    await queue.waitFor('enrich-finding', id, { timeoutMs: 10_000 });
    await redis.kill();
    const start = performance.now();
    await queue.close();
    expect(performance.now() - start).toBeLessThan(10_000);
    // Closing alone may take ten seconds.
  }, 40_000);

  it('refuses to open where no server answers', async () => {
    const opening = RedisJobQueue.open({
      address: { url: `redis://127.0.0.1:${await freePort()}` },
      log,
    });
    await expect(opening).rejects.toMatchObject({ kind: 'unavailable', code: 'JOBS.STORE_UNAVAILABLE' });
  });
});

describeWith({ redis: 'own' }, 'RedisJobQueue and the settings of Redis', () => {
  it('refuses a server that throws keys away when it is full', async () => {
    const redis = await startOwnRedis({
      configuration: () => 'maxmemory 100mb\nmaxmemory-policy allkeys-lru\n',
    });
    try {
      await expect(RedisJobQueue.open({ address: { url: redis.url }, log })).rejects.toMatchObject({
        kind: 'invalid',
        code: 'REDIS.EVICTS',
        message: expect.stringContaining('noeviction') as string,
      });
    } finally {
      await redis.stop();
    }
  });

  it('warns of a server that forgets everything when it restarts', async () => {
    const redis = await startOwnRedis({ configuration: () => 'appendonly no\n' });
    const warnings: string[] = [];
    const queue = await RedisJobQueue.open({
      address: { url: redis.url },
      log: { warn: (_, message) => warnings.push(message), error: () => undefined },
    });
    expect(warnings).toEqual([expect.stringContaining('appendonly') as string]);
    await queue.close();
    await redis.stop();
  });

  it('enters with user and password over TLS, and trusts no authority that it was not told of', async () => {
    const redis = await startOwnRedis({
      configuration: () => 'user app on >p@ss/word ~* &* +@all\nuser default off\n',
    });
    const { certificate, key } = await createTestCertificate();
    const folder = mkdtempSync(join(tmpdir(), 'redis-tls-'));
    const caFile = join(folder, 'ca.pem');
    writeFileSync(caFile, certificate);
    // Redis itself speaks TLS only when it was built so.
    const tls = createServer({ cert: certificate, key }, (client) => {
      const plain = connect(redis.port, redis.host);
      client.pipe(plain).pipe(client);
      for (const end of [client, plain]) end.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    tls.on('tlsClientError', () => undefined);
    await once(tls, 'listening');
    const at = `127.0.0.1:${(tls.address() as AddressInfo).port}`;
    try {
      const right = `rediss://app:p%40ss%2Fword@${at}/0`;
      const queue = await RedisJobQueue.open({ address: { url: right, caFile }, log });
      await queue.enqueue('enrich-finding', { finding_id: 1 });
      await queue.work('enrich-finding', (job) => enriched(job.payload.finding_id));
      await eventually(async () => (await queue.counts('enrich-finding')).completed === 1);
      await queue.close();

      const unknown = RedisJobQueue.open({ address: { url: right }, log });
      await expect(unknown).rejects.toMatchObject({ kind: 'unavailable' });
      const wrong = RedisJobQueue.open({ address: { url: `rediss://app:nope@${at}`, caFile }, log });
      await expect(wrong).rejects.toMatchObject({
        kind: 'unavailable',
        message: expect.stringMatching(/WRONGPASS|NOAUTH/) as string,
      });
    } finally {
      tls.close();
      rmSync(folder, { recursive: true });
      await redis.stop();
    }
  });
});
