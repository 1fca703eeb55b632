import type { FaultLog } from '@mcm/platform';
import { RedisConnections } from '@mcm/redis';
import { describeWith, eventually, freePort, startOwnRedis, startRedis, type TestServer } from '@mcm/testing';
import { matchLogContract } from '../../contract-suite/index.js';
import { RedisMatchLog } from './index.js';

const log: FaultLog = { warn: () => undefined, error: () => undefined };

describeWith({ redis: 'any' }, 'on a shared Redis', () => {
  let server: TestServer;
  let admin: RedisConnections;
  let stores = 0;
  beforeAll(async () => {
    server = await startRedis();
    admin = new RedisConnections({ address: { url: server.url }, name: 'test', log });
  });
  afterAll(async () => {
    await admin.close();
    await server.stop();
  });

  matchLogContract('Redis', async ({ maxBytes }) => {
    stores += 1;
    const prefix = `${server.namespace}_${stores}`;
    const redis = admin.connect('asking');
    const keys = [`{${prefix}:matches}:state`, `{${prefix}:matches}:log`];
    const lose = async (): Promise<void> => {
      await redis.del(...keys);
    };
    return {
      open: () =>
        RedisMatchLog.open({
          address: { url: server.url },
          prefix,
          ...(maxBytes !== undefined && { maxBytes }),
          log,
        }),
      lose,
      remove: lose,
    };
  });

  it.each(['state', 'log'])('starts over when only the key of its %s is lost', async (key) => {
    stores += 1;
    const prefix = `${server.namespace}_${stores}`;
    const options = { address: { url: server.url }, prefix, log };
    const [a, b] = [await RedisMatchLog.open(options), await RedisMatchLog.open(options)];
    await a.exchange();
    await b.exchange();
    await a.exchange(() => 'a1');
    await admin.connect('asking').del(`{${prefix}:matches}:${key}`);
    expect(await b.exchange()).toMatchObject({ others: [], missed: true });
    expect(await a.exchange(() => 'a2')).toMatchObject({ missed: true });
    expect(await b.exchange()).toMatchObject({ others: ['a2'], missed: false });
    await Promise.all([a.close(), b.close()]);
  });

  it('goes on while the memory of Redis is full, and takes no more than a quarter of it', async () => {
    const redis = await startOwnRedis();
    const admin = new RedisConnections({ address: { url: redis.url }, name: 'test', log });
    const asking = admin.connect('asking');
    const limit = 16 * 1024 * 1024;
    await asking.config('SET', 'maxmemory', String(limit));
    const options = { address: { url: redis.url }, log };
    const [a, b] = [await RedisMatchLog.open(options), await RedisMatchLog.open(options)];
    await a.exchange(() => 'before');
    await b.exchange();
    for (let i = 0; ; i += 1) {
      const full = await asking.set(`filler-${i}`, Buffer.alloc(256 * 1024)).then(
        () => false,
        () => true,
      );
      if (full) break;
    }
    await a.exchange(() => 'meanwhile');
    expect(await b.exchange()).toMatchObject({ others: ['meanwhile'], missed: false });
    const batch = 'x'.repeat(256 * 1024);
    for (let i = 0; i < 40; i += 1) await a.exchange(() => batch);
    const { bytes, maxBytes } = await a.status();
    expect(maxBytes).toBe(limit / 4);
    expect(bytes).toBeLessThanOrEqual(limit / 4);
    await Promise.all([a.close(), b.close(), admin.close()]);
    await redis.stop();
  });

  it('leaves nothing behind for ever', async () => {
    stores += 1;
    const prefix = `${server.namespace}_${stores}`;
    const matches = await RedisMatchLog.open({ address: { url: server.url }, prefix, log });
    await matches.exchange(() => 'a1');
    const redis = admin.connect('asking');
    for (const key of ['state', 'log']) {
      expect(await redis.pttl(`{${prefix}:matches}:${key}`)).toBeGreaterThan(23 * 3_600_000);
    }
    await matches.close();
  });
});

describeWith({ redis: 'own' }, 'RedisMatchLog and the death of Redis', () => {
  it('reads on after kill -9 with an append-only file, and tells of the loss without', async () => {
    const redis = await startOwnRedis();
    const options = { address: { url: redis.url }, log };
    const [a, b] = [await RedisMatchLog.open(options), await RedisMatchLog.open(options)];
    try {
      await a.exchange();
      await b.exchange();
      await a.exchange(() => 'a1');
      await redis.kill();
      await expect(a.exchange(() => 'a2')).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'MATCH_LOG.UNAVAILABLE',
      });
      await redis.restart();
      expect(await eventually(() => b.exchange())).toEqual({ others: ['a1'], missed: false, done: true });
      expect(await eventually(() => a.exchange(() => 'a3'))).toMatchObject({ missed: false });
      await redis.kill();
      await redis.restart({ withoutData: true });
      expect(await eventually(() => b.exchange())).toMatchObject({ others: [], missed: true });
      expect(await eventually(() => a.exchange(() => 'a4'))).toMatchObject({ others: [], missed: true });
      expect(await b.exchange()).toMatchObject({ others: ['a4'], missed: false });
    } finally {
      await Promise.all([a.close(), b.close()]);
      await redis.stop();
    }
  });

  it('notices that the last of what it appended is gone, and tells the others', async () => {
    const redis = await startOwnRedis();
    const options = { address: { url: redis.url }, log };
    const [a, b] = [await RedisMatchLog.open(options), await RedisMatchLog.open(options)];
    const admin = new RedisConnections({ ...options, name: 'test' });
    try {
      await a.exchange();
      await b.exchange();
      await a.exchange(() => 'a1');
      await a.exchange(() => 'a2');
      await b.exchange();
      await a.exchange(() => 'lost');
      // What a power failure leaves that took the last second with it.
      const client = admin.connect('asking');
      await client.rpop('{mcm:matches}:log');
      await client.hset('{mcm:matches}:state', 'last', 2, 'bytes', 4);
      expect(await a.exchange(() => 'a4')).toMatchObject({ missed: true });
      expect(await b.exchange()).toMatchObject({ others: [], missed: true });
    } finally {
      await Promise.all([a.close(), b.close(), admin.close()]);
      await redis.stop();
    }
  });

  it('refuses to open where no server answers, and where keys are thrown away', async () => {
    const nowhere = RedisMatchLog.open({ address: { url: `redis://127.0.0.1:${await freePort()}` }, log });
    await expect(nowhere).rejects.toMatchObject({ kind: 'unavailable', code: 'MATCH_LOG.UNAVAILABLE' });
    const redis = await startOwnRedis({
      configuration: () => 'maxmemory 100mb\nmaxmemory-policy allkeys-lru\n',
    });
    await expect(RedisMatchLog.open({ address: { url: redis.url }, log })).rejects.toMatchObject({
      code: 'REDIS.EVICTS',
    });
    await redis.stop();
  });
});
