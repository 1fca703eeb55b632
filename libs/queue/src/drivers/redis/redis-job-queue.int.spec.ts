import type { FaultLog } from '@mcm/platform';
import { describeWith, startRedis, type TestServer } from '@mcm/testing';
import { startWorkerProcess } from '../../../test/start-worker-process.js';
import { jobQueueContract, type WorkerProcess } from '../../contract-suite/index.js';
import { RedisJobQueue } from './index.js';

const log: FaultLog = { warn: () => undefined, error: () => undefined };

describeWith({ redis: 'any' }, 'on a shared Redis', () => {
  let redis: TestServer;
  let stores = 0;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  jobQueueContract('Redis', async () => {
    stores += 1;
    const store = {
      address: { url: redis.url },
      prefix: `${redis.namespace}_${stores}`,
      // Megabytes take their time on a busy machine.
      answerMs: 60_000,
      log,
    };
    const children: WorkerProcess[] = [];
    return {
      open: (options) => RedisJobQueue.open({ ...store, ...options }),
      startWorkerProcess: async (options) => {
        const child = await startWorkerProcess('redis', { ...store, ...options });
        children.push(child);
        return child;
      },
      remove: async () => {
        await Promise.all(children.map((child) => child.kill()));
      },
    };
  });
});
