import { JOBS, type JobName } from '@mcm/contracts';
import type { MatchLog } from '@mcm/match-log';
import type { ConsumerCounters } from '@mcm/messaging';
import type { DataSource } from '@mcm/persistence';
import type { HealthRegistry, MetricsRegistry } from '@mcm/platform';
import type { JobCounts, JobQueue } from '@mcm/queue';
import type { Drivers } from './drivers.js';

/** Figures of a consumer that only grow while this process runs. */
const COUNTERS = [
  ['published', 'Messages stored for a consumer by this process'],
  ['refused', 'Messages that were not stored because a consumer lags too far behind'],
  ['delivered', 'Messages handed to a consumer, repetitions included'],
  ['redelivered', 'Messages handed to a consumer again'],
  ['acknowledged', 'Messages that a consumer is done with'],
  ['deadLettered', 'Messages given up and kept as dead letters'],
] as const satisfies readonly (readonly [keyof ConsumerCounters, string])[];

const PENDING_STATES = ['waiting', 'delayed', 'active'] as const;

/** Time for which an answer serves all the metrics of a scrape, in milliseconds. */
const MOMENT_MS = 200;
/** Counting jobs asks once for each kind of job. */
const JOBS_MS = 5_000;

/** Share of the memory of Redis from which on somebody should look; at all of it nothing can be written any more. */
const MEMORY_SHARE = 0.9;
/** Share of a full log of matches that a process may be behind. */
const BEHIND_SHARE = 0.5;

/** Shows the state of the drivers where the process shows its own. */
export function watchDrivers(
  { dataSource, eventBus, jobQueue, matchLog }: Omit<Drivers, 'close'>,
  { health, metrics }: { health?: HealthRegistry; metrics?: MetricsRegistry },
): void {
  health?.register('database', async () => {
    await dataSource.query('select 1');
  });
  health?.register('event-bus', async () => {
    await eventBus.status();
  });
  health?.register('job-queue', async () => {
    await jobQueue.counts('enrich-finding');
  });
  if (matchLog) health?.register('match-log', () => matchLogWarning(matchLog));
  if (!metrics) return;
  if (matchLog) watchMatchLog(matchLog, metrics);
  watchPool(dataSource, metrics);
  // What cannot be had at the moment is left out: the other figures are wanted most of all then.
  const jobs = sharedFor(JOBS_MS, () => jobCounts(jobQueue));
  metrics.gauge('mcm_jobs', 'Jobs by name and state', ['job', 'state'], async (gauge) => {
    const all = await jobs().catch(() => []);
    gauge.reset();
    for (const [job, counts] of all) {
      for (const state of PENDING_STATES) gauge.set({ job, state }, counts[state]);
    }
  });
  const status = sharedFor(MOMENT_MS, () => eventBus.status());
  metrics.gauge('mcm_bus_lag', 'Messages that wait for a consumer', ['consumer'], async (gauge) => {
    const consumers = await status().catch(() => []);
    gauge.reset();
    for (const { consumer, lag } of consumers) gauge.set({ consumer }, lag);
  });
  for (const [field, help] of COUNTERS) {
    const name = `mcm_bus_${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_total`;
    metrics.counter(name, help, ['consumer'], (counter) => {
      counter.reset();
      for (const [consumer, counters] of Object.entries(eventBus.counters)) {
        counter.inc({ consumer }, counters[field]);
      }
    });
  }
}

function jobCounts(jobQueue: JobQueue): Promise<[JobName, JobCounts][]> {
  const names = Object.keys(JOBS) as JobName[];
  return Promise.all(
    names.map(async (name): Promise<[JobName, JobCounts]> => [name, await jobQueue.counts(name)]),
  );
}

async function matchLogWarning(matchLog: MatchLog): Promise<string | undefined> {
  const { batches, behind, bytes, maxBytes, server } = await matchLog.status();
  if (server !== null && server.maxMemory > 0 && server.usedMemory > MEMORY_SHARE * server.maxMemory) {
    return `Redis uses ${server.usedMemory} of ${server.maxMemory} bytes; when it is full, nothing is evaluated`;
  }
  if (behind > BEHIND_SHARE * batches && bytes > BEHIND_SHARE * maxBytes) {
    return `${behind} of ${batches} batches are still to be taken in; windows are rebuilt if they go before that`;
  }
  return undefined;
}

function watchMatchLog(matchLog: MatchLog, metrics: MetricsRegistry): void {
  const status = sharedFor(MOMENT_MS, () => matchLog.status());
  const figures = [
    ['bytes', 'Size of what processes of rules keep for each other'],
    ['maxBytes', 'Size above which the oldest of it goes'],
    ['batches', 'Batches in the log of matches'],
    ['behind', 'Batches of the log of matches that this process has yet to take in'],
  ] as const;
  for (const [field, help] of figures) {
    const name = `mcm_match_log_${field === 'maxBytes' ? 'max_bytes' : field}`;
    metrics.gauge(name, help, [], async (gauge) => {
      const figure = await status().catch(() => undefined);
      if (figure === undefined) gauge.reset();
      else gauge.set(figure[field]);
    });
  }
}

/** What a pool of `pg` says of itself. */
interface PoolFigures {
  totalCount: number;
  idleCount: number;
  waitingCount: number;
}

function watchPool(dataSource: DataSource, metrics: MetricsRegistry): void {
  const pool = (dataSource.driver as unknown as { master?: PoolFigures }).master;
  if (pool === undefined) return;
  metrics.gauge(
    'mcm_database_pool',
    'Connections to the database, and calls that wait for one',
    ['state'],
    (gauge) => {
      gauge.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      gauge.set({ state: 'idle' }, pool.idleCount);
      gauge.set({ state: 'wanted' }, pool.waitingCount);
    },
  );
}

/** One question to the store for a while; a failure is not remembered. */
function sharedFor<T>(milliseconds: number, ask: () => Promise<T>): () => Promise<T> {
  let asked = Number.NEGATIVE_INFINITY;
  let answer: Promise<T> | null = null;
  return () => {
    const now = performance.now();
    if (answer === null || now - asked > milliseconds) {
      asked = now;
      const asking = ask();
      answer = asking;
      asking.catch(() => {
        if (answer === asking) answer = null;
      });
    }
    return answer;
  };
}
