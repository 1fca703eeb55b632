import { JOBS, type JobName } from '@mcm/contracts';
import type { ConsumerStatus } from '@mcm/messaging';
import type { DataSource } from '@mcm/persistence';
import type { HealthRegistry, MetricsRegistry } from '@mcm/platform';
import type { Drivers } from './drivers.js';

/** Figures of a consumer that only grow while this process runs. */
const COUNTERS = [
  ['published', 'Messages stored for a consumer by this process'],
  ['refused', 'Messages that were not stored because a consumer lags too far behind'],
  ['delivered', 'Messages handed to a consumer, repetitions included'],
  ['redelivered', 'Messages handed to a consumer again'],
  ['acknowledged', 'Messages that a consumer is done with'],
  ['deadLettered', 'Messages given up and kept as dead letters'],
] as const satisfies readonly (readonly [keyof ConsumerStatus, string])[];

/** Shows the state of the drivers where the process shows its own. */
export function watchDrivers(
  { dataSource, eventBus, jobQueue }: Pick<Drivers, 'dataSource' | 'eventBus' | 'jobQueue'>,
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
  if (!metrics) return;
  watchPool(dataSource, metrics);
  metrics.gauge('mcm_jobs', 'Jobs by name and state', ['job', 'state'], async (gauge) => {
    for (const job of Object.keys(JOBS) as JobName[]) {
      const { waiting, delayed, active } = await jobQueue.counts(job);
      gauge.set({ job, state: 'waiting' }, waiting);
      gauge.set({ job, state: 'delayed' }, delayed);
      gauge.set({ job, state: 'active' }, active);
    }
  });
  const status = sharedForAMoment(() => eventBus.status());
  metrics.gauge('mcm_bus_lag', 'Messages that wait for a consumer', ['consumer'], async (gauge) => {
    for (const { consumer, lag } of await status()) gauge.set({ consumer }, lag);
  });
  for (const [field, help] of COUNTERS) {
    const name = `mcm_bus_${field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_total`;
    metrics.counter(name, help, ['consumer'], async (counter) => {
      const consumers = await status();
      counter.reset();
      for (const consumer of consumers) counter.inc({ consumer: consumer.consumer }, consumer[field]);
    });
  }
}

const MOMENT_MS = 200;

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

/** One question to the store for all the metrics of a scrape. */
function sharedForAMoment<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked = Number.NEGATIVE_INFINITY;
  let answer: Promise<T> | null = null;
  return () => {
    const now = performance.now();
    if (answer === null || now - asked > MOMENT_MS) {
      asked = now;
      answer = ask();
    }
    return answer;
  };
}
