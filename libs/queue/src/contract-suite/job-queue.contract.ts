import { JOBS, type JobDeclaration, type JobName } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { closedGate } from '@mcm/testing';
import type { ActiveJob, JobQueue } from '../job-queue.js';
import { JobSpy } from '../job-spy.js';
import type { JobTransition } from '../job-transition.js';

export interface OpenOptions {
  /** How long a process may say nothing of a job before it counts as dead, in milliseconds. */
  lockDurationMs: number;
  declarations: Readonly<Record<JobName, JobDeclaration>>;
  onTransition: (transition: JobTransition) => void;
  /** Workers take no job before it resolves. */
  jobsFrom?: Promise<unknown>;
}

/** A process other than the test's that works on `enrich-finding` and never ends a job. */
export interface WorkerProcess {
  /** Resolves with the id of the job that it has begun. */
  busy: Promise<string>;
  /** Ends it with SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** An empty store for one test. */
export interface JobQueueStore {
  /** Opens a queue on the store; several may be open at the same time. */
  open(options: OpenOptions): Promise<JobQueue>;
  startWorkerProcess(options: Pick<OpenOptions, 'lockDurationMs'>): Promise<WorkerProcess>;
  /** Removes the store; every queue on it is closed. */
  remove(): Promise<void>;
}

const RETRY_DELAY_MS = 60;
/** Longer than megabytes of JSON keep a busy process from saying that it lives. */
const PATIENT_MS = 60_000;
/** Short, so that a killed worker is noticed soon. */
const IMPATIENT_MS = 1_000;
const DECLARATIONS: Readonly<Record<JobName, JobDeclaration>> = {
  ...JOBS,
  'enrich-finding': { maxTries: 3, retryDelayMs: RETRY_DELAY_MS, concurrency: 2, keepSeconds: 3600 },
};

/** Ends when the signal is aborted, by throwing. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

const enriched = (job: ActiveJob<'enrich-finding'>) =>
  Promise.resolve({ finding_id: job.payload.finding_id, outcome: 'enriched' as const });

/** Every promise of the {@link JobQueue} port, for any driver. To be called inside a test file. */
export function jobQueueContract(driver: string, createStore: () => Promise<JobQueueStore>): void {
  describe(`JobQueue on ${driver}`, () => {
    let store: JobQueueStore;
    let spy: JobSpy;
    let queue: JobQueue;
    const open: JobQueue[] = [];

    async function openQueue(
      record: JobSpy = new JobSpy(),
      lockDurationMs: number = PATIENT_MS,
      options: Partial<OpenOptions> = {},
    ): Promise<JobQueue> {
      const opened = await store.open({
        declarations: DECLARATIONS,
        onTransition: record.record,
        lockDurationMs,
        ...options,
      });
      open.push(opened);
      return opened;
    }

    beforeEach(async () => {
      store = await createStore();
      spy = new JobSpy();
      queue = await openQueue(spy);
    });
    afterEach(async () => {
      await Promise.all(open.splice(0).map((each) => each.close()));
      await store.remove();
    });

    const failsWith = (kind: string, code: string) => expect.objectContaining({ kind, code }) as AppError;

    describe('enqueue', () => {
      it('keeps a job until a worker takes it, also when the queue that accepted it is gone', async () => {
        const id = await queue.enqueue('enrich-finding', { finding_id: 7 });
        await queue.close();
        const later = await openQueue();
        expect(await later.status('enrich-finding', id)).toMatchObject({
          id,
          name: 'enrich-finding',
          state: 'waiting',
          payload: { finding_id: 7 },
          progress: null,
          result: null,
          error: null,
          tries: 0,
          finished_at: null,
        });
        await later.work('enrich-finding', enriched);
        expect(await later.waitFor('enrich-finding', id, { timeoutMs: 10_000 })).toEqual({
          finding_id: 7,
          outcome: 'enriched',
        });
      });

      it('takes a job with the id of a waiting one for the same job', async () => {
        expect(await queue.enqueue('enrich-finding', { finding_id: 1 }, { id: 'finding-1' })).toBe(
          'finding-1',
        );
        expect(await queue.enqueue('enrich-finding', { finding_id: 2 }, { id: 'finding-1' })).toBe(
          'finding-1',
        );
        expect(await queue.counts('enrich-finding')).toMatchObject({ waiting: 1 });
        expect(await queue.status('enrich-finding', 'finding-1')).toMatchObject({
          payload: { finding_id: 1 },
        });
      });

      it('takes a job with the id of an active or delayed one for the same job', async () => {
        const goOn = closedGate();
        const askedAll = closedGate();
        await queue.work('enrich-finding', async (job) => {
          await goOn.opened;
          if (job.attempt === 1) throw new Error('once');
          // However long the questions below take, the job has not ended before.
          await askedAll.opened;
          return enriched(job);
        });
        await queue.enqueue('enrich-finding', { finding_id: 1 }, { id: 'finding-1' });
        await spy.waitFor('enrich-finding', 'active', { id: 'finding-1' });
        await queue.enqueue('enrich-finding', { finding_id: 2 }, { id: 'finding-1' });
        goOn.open();
        await spy.waitFor('enrich-finding', 'delayed', { id: 'finding-1' });
        await queue.enqueue('enrich-finding', { finding_id: 3 }, { id: 'finding-1' });
        askedAll.open();
        expect(await queue.waitFor('enrich-finding', 'finding-1', { timeoutMs: 10_000 })).toMatchObject({
          finding_id: 1,
        });
        expect(await queue.counts('enrich-finding')).toEqual({
          waiting: 0,
          delayed: 0,
          active: 0,
          completed: 1,
          failed: 0,
        });
      });

      it('lets a job that has ended, well or badly, give way to a new one with its id', async () => {
        await queue.work('enrich-finding', (job) =>
          job.payload.finding_id === 1
            ? Promise.reject(new AppError('invalid', 'TEST.BAD', 'bad'))
            : enriched(job),
        );
        for (const finding_id of [1, 2, 3]) {
          await queue.enqueue('enrich-finding', { finding_id }, { id: 'again' });
          const outcome = queue.waitFor('enrich-finding', 'again', { timeoutMs: 10_000 });
          if (finding_id === 1) await expect(outcome).rejects.toEqual(failsWith('internal', 'JOBS.FAILED'));
          else expect(await outcome).toMatchObject({ finding_id });
        }
      });

      it('makes one job of many callers that queue the same id concurrently', async () => {
        const other = await openQueue();
        const payloads = Array.from({ length: 20 }, (_, index) => ({ finding_id: index }));
        await Promise.all(
          payloads.map((payload, index) =>
            (index % 2 ? other : queue).enqueue('enrich-finding', payload, { id: 'one' }),
          ),
        );
        expect(await queue.counts('enrich-finding')).toMatchObject({ waiting: 1 });
      });

      it('queues many together, with the same rule for ids', async () => {
        const jobs = Array.from({ length: 1_200 }, (_, index) => ({
          payload: { finding_id: index },
          id: `finding-${index % 1_000}`,
        }));
        const ids = await queue.enqueueMany('enrich-finding', jobs);
        expect(ids).toEqual(jobs.map((job) => job.id));
        expect(await queue.counts('enrich-finding')).toMatchObject({ waiting: 1_000 });
        expect(await queue.enqueueMany('enrich-finding', [])).toEqual([]);
      });

      it.each([
        ['nothing', ''],
        ['digits alone', '12345'],
        ['a colon', 'a:b'],
        ['a space', 'a b'],
        ['U+0000', 'a\u0000b'],
        ['a slash', '../etc'],
        ['an emoji', 'job-🙂'],
        ['129 characters', 'x'.repeat(129)],
      ])('refuses an id of %s wherever it is used', async (_, id) => {
        const refused = failsWith('invalid', 'JOBS.BAD_ID');
        await expect(queue.enqueue('enrich-finding', { finding_id: 1 }, { id })).rejects.toEqual(refused);
        await expect(queue.status('enrich-finding', id)).rejects.toEqual(refused);
        await expect(queue.cancel('enrich-finding', id)).rejects.toEqual(refused);
        await expect(queue.waitFor('enrich-finding', id, { timeoutMs: 1 })).rejects.toEqual(refused);
      });

      it('holds the longest id that is allowed', async () => {
        const id = `Z${'._~-9'.repeat(25)}xx`;
        expect(id).toHaveLength(128);
        await queue.enqueue('enrich-finding', { finding_id: 1 }, { id });
        expect(await queue.status('enrich-finding', id)).toMatchObject({ id, state: 'waiting' });
      });

      it.each([
        ['U+0000', 'a\u0000b'],
        ['a lone surrogate', 'a\ud800b'],
        ['text that looks like an escape', '\\u0000 \\ud800'],
        ['characters outside the first plane', '😀 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \u202e'],
        ['a huge text', 'é"\\\n'.repeat(300_000)],
      ])(
        'brings a payload and a result with %s back as they were',
        async (_, from) => {
          await queue.work('replay-rules', (job) =>
            Promise.resolve({ ...job.payload, events: 1, findings: 2, new_findings: 3 }),
          );
          const id = await queue.enqueue('replay-rules', { from });
          const result = await queue.waitFor('replay-rules', id, { timeoutMs: 80_000 });
          expect(result).toEqual({ from, events: 1, findings: 2, new_findings: 3 });
          // Megabytes go back and forth several times, on a machine that may be busy.
        },
        90_000,
      );

      it('refuses a payload that is not JSON', async () => {
        const circular: { finding_id: number; self?: unknown } = { finding_id: 1 };
        circular.self = circular;
        await expect(queue.enqueue('enrich-finding', circular)).rejects.toEqual(
          failsWith('invalid', 'JOBS.NOT_JSON'),
        );
      });
    });

    describe('trying', () => {
      it('tries again after a growing delay, as often as declared, and then fails with the reason', async () => {
        const starts: number[] = [];
        const attempts: number[] = [];
        await queue.work('enrich-finding', (job) => {
          starts.push(performance.now());
          attempts.push(job.attempt);
          return Promise.reject(new Error('no luck\u0000 today'));
        });
        const id = await queue.enqueue('enrich-finding', { finding_id: 1 });
        await expect(queue.waitFor('enrich-finding', id, { timeoutMs: 10_000 })).rejects.toEqual(
          failsWith('internal', 'JOBS.FAILED'),
        );
        expect(attempts).toEqual([1, 2, 3]);
        // A timer may fire a millisecond early.
        expect(starts[1]! - starts[0]!).toBeGreaterThanOrEqual(RETRY_DELAY_MS - 1);
        expect(starts[2]! - starts[1]!).toBeGreaterThanOrEqual(2 * RETRY_DELAY_MS - 1);
        const status = await queue.status('enrich-finding', id);
        expect(status).toMatchObject({
          state: 'failed',
          error: 'no luck\uFFFD today',
          tries: 3,
          result: null,
        });
        expect(Date.parse(status!.finished_at!)).not.toBeNaN();
      });

      it.each(['invalid', 'not-found'] as const)(
        'fails immediately on an AppError of kind %s',
        async (kind) => {
          await queue.work('enrich-finding', () =>
            Promise.reject(new AppError(kind, 'TEST.NEVER', 'never works')),
          );
          const id = await queue.enqueue('enrich-finding', { finding_id: 1 });
          await spy.waitFor('enrich-finding', 'failed', { id });
          expect(await queue.status('enrich-finding', id)).toMatchObject({
            state: 'failed',
            tries: 1,
            error: 'TEST.NEVER: never works',
          });
        },
      );

      it('forgets the error of an earlier try when a later one succeeds', async () => {
        await queue.work('enrich-finding', (job) =>
          job.attempt === 1 ? Promise.reject(new Error('once')) : enriched(job),
        );
        const id = await queue.enqueue('enrich-finding', { finding_id: 1 });
        await spy.waitFor('enrich-finding', 'completed', { id });
        expect(await queue.status('enrich-finding', id)).toMatchObject({
          state: 'completed',
          error: null,
          tries: 2,
        });
      });

      it.each([
        ['declared', {}, 2],
        ['the worker asks for', { concurrency: 3 }, 3],
      ])('works on as many jobs concurrently as %s, and no more', async (_who, options, expected) => {
        let running = 0;
        let most = 0;
        const goOn = closedGate();
        await queue.work(
          'enrich-finding',
          async (job) => {
            most = Math.max(most, ++running);
            if (running === expected) goOn.open();
            await goOn.opened;
            running -= 1;
            return enriched(job);
          },
          options,
        );
        const ids = await queue.enqueueMany(
          'enrich-finding',
          Array.from({ length: 10 }, (_, index) => ({ payload: { finding_id: index + 1 } })),
        );
        for (const id of ids) await queue.waitFor('enrich-finding', id, { timeoutMs: 10_000 });
        expect(most).toBe(expected);
      });

      it('gives a job of a killed process to another, until three have died with it; then it fails, and the next one runs', async () => {
        const children = await Promise.all(
          [1, 2, 3].map(() => store.startWorkerProcess({ lockDurationMs: IMPATIENT_MS })),
        );
        const id = await queue.enqueue('enrich-finding', { finding_id: 9 });
        const alive = new Set(children);
        for (const tries of [1, 2, 3]) {
          const victim = await Promise.race([...alive].map((child) => child.busy.then(() => child)));
          expect(await victim.busy).toBe(id);
          expect(await queue.status('enrich-finding', id)).toMatchObject({ state: 'active', tries });
          alive.delete(victim);
          await victim.kill();
        }
        const impatient = await openQueue(spy, IMPATIENT_MS);
        const begun: number[] = [];
        const givenUp: unknown[] = [];
        await impatient.work(
          'enrich-finding',
          (job) => {
            begun.push(job.payload.finding_id);
            return enriched(job);
          },
          {
            onGivenUp: (job) => {
              givenUp.push(job);
              return Promise.resolve();
            },
          },
        );
        await spy.waitFor('enrich-finding', 'failed', { id }, 20_000);
        const next = await queue.enqueue('enrich-finding', { finding_id: 10 });
        await spy.waitFor('enrich-finding', 'completed', { id: next }, 20_000);
        expect(begun).toEqual([10]);
        expect(givenUp).toEqual([
          { id, payload: { finding_id: 9 }, error: failsWith('internal', 'JOBS.PROCESS_DIED') },
        ]);
        expect(await queue.status('enrich-finding', id)).toMatchObject({
          state: 'failed',
          error: expect.stringMatching(/^JOBS\.PROCESS_DIED: .* 3 times/) as string,
        });
      }, 90_000);

      it('never resumes a job of a kind that survives no death', async () => {
        const declarations = {
          ...DECLARATIONS,
          'enrich-finding': { ...DECLARATIONS['enrich-finding'], maxDeaths: 0 },
        };
        const child = await store.startWorkerProcess({ lockDurationMs: IMPATIENT_MS });
        const killed = await queue.enqueue('enrich-finding', { finding_id: 9 });
        await child.busy;
        await child.kill();
        const strict = await openQueue(spy, IMPATIENT_MS, { declarations });
        const begun: number[] = [];
        const worker = await strict.work('enrich-finding', (job) => {
          begun.push(job.payload.finding_id);
          return untilAborted(job.signal);
        });
        await spy.waitFor('enrich-finding', 'failed', { id: killed }, 20_000);
        const closed = await queue.enqueue('enrich-finding', { finding_id: 10 });
        await spy.waitFor('enrich-finding', 'active', { id: closed });
        await worker.close();
        expect(begun).toEqual([10]);
        expect(await queue.status('enrich-finding', killed)).toMatchObject({
          state: 'failed',
          error: expect.stringMatching(/^JOBS\.PROCESS_DIED: .* once/) as string,
        });
        expect(await queue.status('enrich-finding', closed)).toMatchObject({
          state: 'failed',
          error: expect.stringMatching(/^JOBS\.NOT_RESUMED: /) as string,
        });
      }, 60_000);

      it('takes no job before its host has started', async () => {
        const started = closedGate();
        const held = await openQueue(spy, PATIENT_MS, { jobsFrom: started.opened });
        let begun = 0;
        await held.work('enrich-finding', (job) => {
          begun += 1;
          return enriched(job);
        });
        const id = await held.enqueue('enrich-finding', { finding_id: 1 });
        await expect(held.waitFor('enrich-finding', id, { timeoutMs: 500 })).rejects.toEqual(
          failsWith('unavailable', 'JOBS.TIMEOUT'),
        );
        expect(begun).toBe(0);
        started.open();
        expect(await held.waitFor('enrich-finding', id, { timeoutMs: 10_000 })).toMatchObject({
          finding_id: 1,
        });
      });
    });

    describe('waitFor', () => {
      it('reports an unknown job', async () => {
        await expect(queue.waitFor('enrich-finding', 'nobody', { timeoutMs: 5_000 })).rejects.toEqual(
          failsWith('not-found', 'JOBS.NOT_FOUND'),
        );
      });

      it('gives up in time', async () => {
        const id = await queue.enqueue('enrich-finding', { finding_id: 1 });
        const start = performance.now();
        await expect(queue.waitFor('enrich-finding', id, { timeoutMs: 200 })).rejects.toEqual(
          failsWith('unavailable', 'JOBS.TIMEOUT'),
        );
        const waited = performance.now() - start;
        expect(waited).toBeGreaterThanOrEqual(199);
        expect(waited).toBeLessThan(2_000);
        expect(await queue.status('enrich-finding', id)).toMatchObject({ state: 'waiting' });
      });

      it('resolves immediately for a job that has ended', async () => {
        await queue.work('enrich-finding', enriched);
        const id = await queue.enqueue('enrich-finding', { finding_id: 4 });
        await spy.waitFor('enrich-finding', 'completed', { id });
        expect(await queue.waitFor('enrich-finding', id, { timeoutMs: 0 })).toMatchObject({ finding_id: 4 });
      });

      it('works from another user of the store, which also sees the progress', async () => {
        const other = await openQueue();
        const seen = closedGate();
        await queue.work('enrich-findings', async (job) => {
          await job.progress({ done: 1, total: 3 });
          await seen.opened;
          return { finding_ids: [1, 2, 3], failed: [] };
        });
        const id = await queue.enqueue('enrich-findings', { limit: 3 });
        const waiting = other.waitFor('enrich-findings', id, {
          timeoutMs: 10_000,
          onProgress: (progress) => {
            if (progress.done === 1) seen.open();
          },
        });
        await seen.opened;
        expect(await other.status('enrich-findings', id)).toMatchObject({ progress: { done: 1, total: 3 } });
        expect(await waiting).toEqual({ finding_ids: [1, 2, 3], failed: [] });
      });
    });

    describe('cancel', () => {
      it('removes a job that waits', async () => {
        const id = await queue.enqueue('enrich-finding', { finding_id: 1 });
        expect(await queue.cancel('enrich-finding', id)).toBe(true);
        expect(await queue.status('enrich-finding', id)).toBeNull();
        expect(await queue.counts('enrich-finding')).toMatchObject({ waiting: 0 });
      });

      it.each(['the same', 'another'])(
        'stops a job that runs, asked by %s user of the store',
        async (who) => {
          const asked = who === 'the same' ? queue : await openQueue();
          await queue.work('enrich-finding', (job) => untilAborted(job.signal));
          const id = await queue.enqueue('enrich-finding', { finding_id: 1 });
          await spy.waitFor('enrich-finding', 'active', { id });
          expect(await asked.cancel('enrich-finding', id)).toBe(true);
          await spy.waitFor('enrich-finding', 'failed', { id });
          expect(await queue.status('enrich-finding', id)).toMatchObject({
            state: 'failed',
            tries: 1,
            payload: { finding_id: 1 },
            error: expect.stringContaining('JOBS.CANCELLED') as string,
          });
        },
      );

      it('answers false for a job that has ended and for an unknown one', async () => {
        await queue.work('enrich-finding', enriched);
        const id = await queue.enqueue('enrich-finding', { finding_id: 1 });
        await spy.waitFor('enrich-finding', 'completed', { id });
        expect(await queue.cancel('enrich-finding', id)).toBe(false);
        expect(await queue.status('enrich-finding', id)).toMatchObject({ state: 'completed' });
        expect(await queue.cancel('enrich-finding', 'nobody')).toBe(false);
      });
    });

    describe('close', () => {
      it('waits for the handler that runs', async () => {
        const goOn = closedGate();
        let ended = false;
        const worker = await queue.work('enrich-finding', async (job) => {
          await goOn.opened;
          ended = true;
          return enriched(job);
        });
        const id = await queue.enqueue('enrich-finding', { finding_id: 1 });
        await spy.waitFor('enrich-finding', 'active', { id });
        const closing = worker.close().then(() => expect(ended).toBe(true));
        goOn.open();
        await closing;
        expect(await queue.status('enrich-finding', id)).toMatchObject({ state: 'completed' });
      });

      it('gives back what a handler gives up, without counting it as a failed try', async () => {
        const worker = await queue.work('enrich-finding', (job) => untilAborted(job.signal));
        const id = await queue.enqueue('enrich-finding', { finding_id: 1 });
        await spy.waitFor('enrich-finding', 'active', { id });
        await worker.close();
        expect(await queue.status('enrich-finding', id)).toMatchObject({ state: 'waiting', error: null });
        await queue.work('enrich-finding', enriched);
        expect(await queue.waitFor('enrich-finding', id, { timeoutMs: 10_000 })).toMatchObject({
          finding_id: 1,
        });
      });

      it('takes no further job', async () => {
        const worker = await queue.work('enrich-finding', enriched);
        await worker.close();
        const id = await queue.enqueue('enrich-finding', { finding_id: 1 });
        await expect(queue.waitFor('enrich-finding', id, { timeoutMs: 300 })).rejects.toEqual(
          failsWith('unavailable', 'JOBS.TIMEOUT'),
        );
      });

      it('refuses calls afterwards, and closing again does no harm', async () => {
        await queue.close();
        await queue.close();
        await expect(queue.enqueue('enrich-finding', { finding_id: 1 })).rejects.toEqual(
          failsWith('unavailable', 'JOBS.CLOSED'),
        );
      });
    });
  });
}
