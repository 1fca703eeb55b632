import { JOBS } from '@mcm/contracts';
import type { FaultLog } from '@mcm/platform';
import { RedisConnections, type Redis } from '@mcm/redis';
import { describeWith, eventually, startRedis, type TestServer } from '@mcm/testing';
import { Queue } from 'bullmq';
import { JobSpy } from '../../job-spy.js';
import { RedisJobQueue } from './index.js';

const warnings: string[] = [];
const log: FaultLog = { warn: (_, message) => warnings.push(message), error: () => undefined };

/** Programs that are not ours queue jobs with BullMQ alone: queue name = job name, payload as the contracts say. */
describeWith({ redis: 'any' }, 'jobs that other programs queue', () => {
  let server: TestServer;
  let connections: RedisConnections;
  let redis: Redis;
  let theirs: Queue;
  let ours: RedisJobQueue;
  let spy: JobSpy;
  let prefix: string;
  let tests = 0;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    tests += 1;
    prefix = `${server.namespace}_${tests}`;
    warnings.length = 0;
    connections = new RedisConnections({
      address: { url: server.url },
      name: 'their program',
      answerMs: 60_000,
      log,
    });
    redis = connections.connect('asking');
    theirs = new Queue('enrich-finding', { connection: redis, prefix });
    spy = new JobSpy();
    ours = await RedisJobQueue.open({
      address: { url: server.url },
      prefix,
      answerMs: 60_000,
      log,
      declarations: { ...JOBS, 'enrich-finding': { ...JOBS['enrich-finding'], retryDelayMs: 20 } },
      onTransition: spy.record,
    });
  });
  afterEach(async () => {
    await ours.close();
    await theirs.close();
    await connections.close();
  });

  const enrich = () =>
    ours.work('enrich-finding', (job) =>
      Promise.resolve({ finding_id: job.payload.finding_id, outcome: 'enriched' as const }),
    );

  it('are worked on, and seen, like our own', async () => {
    await theirs.add('enrich', { finding_id: 7 }, { jobId: 'finding-7' });
    // The same finding: the job that is there is the job.
    expect(await ours.enqueue('enrich-finding', { finding_id: 7 }, { id: 'finding-7' })).toBe('finding-7');
    expect(await ours.counts('enrich-finding')).toMatchObject({ waiting: 1 });
    await enrich();
    expect(await ours.waitFor('enrich-finding', 'finding-7', { timeoutMs: 10_000 })).toEqual({
      finding_id: 7,
      outcome: 'enriched',
    });
  });

  it('are tried as often as the contract says when they say nothing, and kept no longer', async () => {
    const job = await theirs.add('enrich', { finding_id: 1 });
    let tries = 0;
    await ours.work('enrich-finding', () => {
      tries += 1;
      return Promise.reject(new Error('no luck'));
    });
    await spy.waitFor('enrich-finding', 'failed', { id: job.id! });
    expect(tries).toBe(JOBS['enrich-finding'].maxTries);
    expect(await redis.zcard(`${prefix}:enrich-finding:failed`)).toBe(1);
  });

  it('keep their own word on tries', async () => {
    const job = await theirs.add('enrich', { finding_id: 1 }, { attempts: 1 });
    await ours.work('enrich-finding', () => Promise.reject(new Error('no luck')));
    await spy.waitFor('enrich-finding', 'failed', { id: job.id! });
    expect(spy.transitions.filter(({ state }) => state === 'active')).toHaveLength(1);
  });

  it.each([
    ['a payload without what it needs', {}, 'JOBS.BAD_PAYLOAD: finding_id must be a whole number above 0'],
    ['a payload that is a text', 'finding 7', 'JOBS.BAD_PAYLOAD: The payload must be an object'],
    ['a payload that is a list', [7], 'JOBS.BAD_PAYLOAD: The payload must be an object'],
    [
      'a payload that pretends to be ours',
      { $json: '{"finding' },
      'JOBS.NOT_JSON: The payload is not JSON: ',
    ],
    ['a payload of ten megabytes', { finding_id: 'x'.repeat(10_000_000) }, 'JOBS.BAD_PAYLOAD: finding_id'],
  ])(
    'fail immediately with the reason: %s; the next one is worked on',
    async (_, payload, reason) => {
      const bad = await theirs.add('enrich', payload, { jobId: 'bad' });
      await theirs.add('enrich', { finding_id: 8 }, { jobId: 'good' });
      await enrich();
      await spy.waitFor('enrich-finding', 'failed', { id: bad.id! });
      await spy.waitFor('enrich-finding', 'completed', { id: 'good' });
      const failed = await ours.status('enrich-finding', 'bad').catch(() => null);
      const stored = await redis.hget(`${prefix}:enrich-finding:bad`, 'failedReason');
      expect(stored).toContain(reason);
      expect(warnings).toEqual([expect.stringContaining('was refused') as string]);
      if (failed) expect(failed).toMatchObject({ state: 'failed', tries: 1 });
    },
    60_000,
  );

  it('fail with the reason although they are not even JSON; the next one is worked on', async () => {
    const bad = await theirs.add('enrich', { finding_id: 7 }, { jobId: 'bad' });
    await redis.hset(`${prefix}:enrich-finding:bad`, 'data', '{"finding_id": 7');
    await theirs.add('enrich', { finding_id: 8 }, { jobId: 'good' });
    await enrich();
    await spy.waitFor('enrich-finding', 'failed', { id: bad.id! });
    await spy.waitFor('enrich-finding', 'completed', { id: 'good' });
    expect(await redis.hget(`${prefix}:enrich-finding:bad`, 'failedReason')).toBe(
      'JOBS.NOT_JSON: The payload is not JSON: "{\\"finding_id\\": 7"',
    );
  });

  it('may be removed by hand while they run', async () => {
    let begun!: () => void;
    const running = new Promise<void>((resolve) => (begun = resolve));
    let goOn!: () => void;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    await ours.work('enrich-finding', async (job) => {
      begun();
      await gate;
      return { finding_id: job.payload.finding_id, outcome: 'enriched' };
    });
    await theirs.add('enrich', { finding_id: 1 }, { jobId: 'gone' });
    await running;
    await theirs.obliterate({ force: true });
    goOn();
    await theirs.add('enrich', { finding_id: 2 }, { jobId: 'next' });
    await spy.waitFor('enrich-finding', 'completed', { id: 'next' });
    await eventually(async () => (await ours.counts('enrich-finding')).active === 0);
  });
});
