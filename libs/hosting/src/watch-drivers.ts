import { JOBS, type JobName } from '@mcm/contracts';
import type { MatchLog } from '@mcm/match-log';
import type { ConsumerCounters } from '@mcm/messaging';
import { type DataSource, probeWrites } from '@mcm/persistence';
import { type HealthRegistry, type MetricsRegistry, skewInWords } from '@mcm/platform';
import type { JobCounts, JobQueue } from '@mcm/queue';
import { ConsumerProgress } from './consumer-progress.js';
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
/** How often a server may be asked to store something, however many ask whether it can. */
const PROBE_MS = 5_000;
/** Time between two polls at what waits. */
const POLL_MS = 5_000;
/** Seconds without progress after which a consumer of this process is down, and one of others is worth a look. */
const OWN_STANDSTILL_S = 60;
const OTHERS_STANDSTILL_S = 120;

/** Share of the memory of Redis from which on the part is degraded; when all is used, writes fail. */
const MEMORY_SHARE = 0.9;
/** Share of a full log of matches that a process may be behind. */
const BEHIND_SHARE = 0.5;

/** How far the clock of this machine may be from the database's before people should look. */
const SKEW_MS = 60_000;

/** What is asked whether it can store something; where it is left out, a part stands on the database. */
export interface WriteChecks {
  eventBus?: () => Promise<void>;
  jobQueue?: () => Promise<void>;
}

/**
 * Shows the state of the drivers where the process shows its own. A part is up when it can do its work: a server that
 * answers and stores nothing is down.
 *
 * @returns what ends the watch
 */
export function watchDrivers(
  { dataSource, clock, eventBus, jobQueue, matchLog }: Omit<Drivers, 'close'>,
  { health, metrics }: { health?: HealthRegistry; metrics?: MetricsRegistry },
  canWrite: WriteChecks = {},
): () => void {
  health?.register(
    'database',
    sharedFor(PROBE_MS, () => probeWrites(dataSource)),
  );
  const busTakesWrites = sharedFor(PROBE_MS, async () => canWrite.eventBus?.());
  health?.register('event-bus', async () => {
    await Promise.all([eventBus.status(), busTakesWrites()]);
  });
  const queueTakesWrites = sharedFor(PROBE_MS, async () => canWrite.jobQueue?.());
  health?.register('job-queue', async () => {
    await Promise.all([jobQueue.counts('enrich-finding'), queueTakesWrites()]);
  });
  if (matchLog) health?.register('match-log', () => matchLogWarning(matchLog));
  health?.register('clock', async () =>
    Math.abs(clock.skewMs) <= SKEW_MS
      ? undefined
      : `the clock of this machine is ${skewInWords(clock.skewMs)} PostgreSQL's, whose time is used instead`,
  );
  metrics?.gauge(
    'mcm_clock_skew_seconds',
    "How far the clock of this machine is ahead of PostgreSQL's; negative when it is behind",
    [],
    (gauge) => gauge.set(clock.skewMs / 1000),
  );
  const progress = new ConsumerProgress();
  const polling = setInterval(() => {
    // A bus that cannot be asked is a part of its own.
    eventBus.status().then(
      (status) => progress.update(status),
      () => undefined,
    );
  }, POLL_MS).unref();
  health?.register('consumers', async () => standstillWarning(progress));
  if (metrics) {
    showFigures({ dataSource, eventBus, jobQueue, matchLog }, progress, metrics);
    if (health) showParts(health, metrics);
  }
  return () => clearInterval(polling);
}

/** @throws Error about consumers of this process that finish nothing */
function standstillWarning(progress: ConsumerProgress): string | undefined {
  const standstills = progress.standstills();
  const own = standstills.filter(({ consumed, seconds }) => consumed && seconds >= OWN_STANDSTILL_S);
  if (own.length > 0) {
    const sentences = own.map(
      ({ consumer, lag, seconds }) =>
        `${lag} messages wait for ${consumer}, and none was finished for ${Math.floor(seconds)} s`,
    );
    throw new Error(sentences.join('; '));
  }
  const others = standstills.filter(({ seconds }) => seconds >= OTHERS_STANDSTILL_S);
  if (others.length === 0) return undefined;
  return others
    .map(
      ({ consumer, lag, seconds }) =>
        `${lag} messages wait for ${consumer}, and they have not become fewer for ${Math.floor(seconds)} s`,
    )
    .join('; ');
}

function showParts(health: HealthRegistry, metrics: MetricsRegistry): void {
  metrics.gauge(
    'mcm_part_up',
    'Whether a part that this process needs can do its work, as /health/ready says it',
    ['part'],
    async (gauge) => {
      const { parts } = await health.report();
      gauge.reset();
      for (const [part, { status }] of Object.entries(parts)) gauge.set({ part }, status === 'down' ? 0 : 1);
    },
  );
}

function showFigures(
  {
    dataSource,
    eventBus,
    jobQueue,
    matchLog,
  }: Pick<Drivers, 'dataSource' | 'eventBus' | 'jobQueue' | 'matchLog'>,
  progress: ConsumerProgress,
  metrics: MetricsRegistry,
): void {
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
  metrics.gauge(
    'mcm_bus_standstill_seconds',
    'Time for which messages have waited for a consumer of this process while it finished none',
    ['consumer'],
    (gauge) => {
      gauge.reset();
      for (const { consumer, consumed, seconds } of progress.standstills()) {
        if (consumed) gauge.set({ consumer }, seconds);
      }
    },
  );
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
    return `Redis uses ${server.usedMemory} of ${server.maxMemory} bytes; when it is full, it takes no jobs`;
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
