import {
  firstKeptDay,
  type Hold,
  type JobName,
  KEPT_DAYS,
  type RemovedKind,
  type StorageReport,
} from '@mcm/contracts';
import { type Clock, messageOf } from '@mcm/kernel';
import { CLOCK, HealthRegistry, LOGGER, type Logger, MetricsRegistry } from '@mcm/platform';
import { type ActiveJob, HandlesJob, JOB_QUEUE, type JobQueue } from '@mcm/queue';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { MaintenanceStore } from './maintenance-store.js';
import { RemoveEventDays } from './remove-event-days.js';
import { retentionTime } from './retention-time.js';

const HOUR_MS = 3_600_000;
/** Time between two polls whether something is to be removed. */
const POLL_MS = HOUR_MS;
/** How long a run waits for the service that owns a kind of rows: it removes for half a minute at most. */
const OWNER_MS = 60_000;
/** Time between the clock and the time that ages are measured from, or since the last run, after which people should look. */
const LATE_MS = 48 * HOUR_MS;

/** Which job of their owner removes rows of each kind. */
const OWNERS: Readonly<Record<RemovedKind, Extract<JobName, `remove-${string}`>>> = {
  findings: 'remove-findings',
  dead_letters: 'remove-dead-letters',
  ai_exchanges: 'remove-exchanges',
  jobs: 'remove-enrichment-runs',
};

/** Removes what has been kept for long enough. A job does it, so that of several processes one does. */
@Injectable()
export class MaintainStorageWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly store: MaintenanceStore,
    private readonly events: RemoveEventDays,
    private readonly metrics: MetricsRegistry,
    health: HealthRegistry,
  ) {
    health.register('retention', () => this.warning());
    metrics.gauge(
      'mcm_retention_lag_seconds',
      'How far the time that ages are measured from is behind the clock',
      [],
      async (gauge) => {
        const last = await this.store.lastRun();
        if (last === null) gauge.reset();
        else gauge.set((this.clock.now() - last.time) / 1000);
      },
    );
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.poll(), POLL_MS);
    this.timer.unref();
    void this.poll();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async poll(): Promise<void> {
    try {
      await this.queue.enqueue('maintain-storage', {}, { id: 'maintain' });
    } catch (error) {
      this.logger.warn({ err: error }, `Old data could not be removed now: ${messageOf(error)}`);
    }
  }

  @HandlesJob('maintain-storage')
  async maintain({ signal }: ActiveJob<'maintain-storage'>): Promise<StorageReport> {
    const now = this.clock.now();
    const time = retentionTime(await this.store.lastRun(), now);
    await this.store.begin(time, now);
    const [retention, holds] = await Promise.all([this.store.retention(time), this.store.holds()]);
    const report: StorageReport = {
      retention_time: new Date(time).toISOString(),
      removed: { findings: 0, dead_letters: 0, ai_exchanges: 0, jobs: 0 },
      ...(await this.events.remove(retention, holds, time, signal)),
    };
    this.count(
      'events',
      report.days.reduce((sum, { events }) => sum + events, 0),
    );
    for (const kind of Object.keys(OWNERS) as RemovedKind[]) {
      signal.throwIfAborted();
      const before = firstKeptDay(time, KEPT_DAYS[kind](retention));
      if (before !== null) await this.removeRows(kind, `${before}T00:00:00.000Z`, holds, report, signal);
    }
    await this.store.end(this.clock.now(), report);
    return report;
  }

  /** Has rows removed by the service that owns them; what cannot be removed now is, in a later run. */
  private async removeRows(
    kind: RemovedKind,
    before: string,
    holds: readonly Hold[],
    report: StorageReport,
    signal: AbortSignal,
  ): Promise<void> {
    const job = OWNERS[kind];
    const held = holds.map(({ from_day, to_day }) => ({ from: from_day, to: to_day }));
    try {
      const id = await this.queue.enqueue(job, { before, held }, { id: 'remove' });
      // When the whole system stops, the owner may be gone already.
      const { removed, more } = await unlessAborted(
        this.queue.waitFor(job, id, { timeoutMs: OWNER_MS }),
        signal,
      );
      report.removed[kind] = removed;
      report.more ||= more;
      this.count(kind, removed);
      if (removed > 0)
        this.logger.info({ kind, removed, before }, `${removed} old rows were removed: ${kind}`);
    } catch (error) {
      signal.throwIfAborted();
      report.faults.push(`${kind}: ${messageOf(error)}`);
      this.logger.warn({ err: error, kind }, `Old rows could not be removed: ${kind}: ${messageOf(error)}`);
    }
  }

  private count(kind: RemovedKind | 'events', rows: number): void {
    this.metrics
      .counter('mcm_storage_removed_total', 'Rows that were removed because their time was over', ['kind'])
      .inc({ kind }, rows);
  }

  private async warning(): Promise<string | undefined> {
    const last = await this.store.lastRun();
    if (last === null) return undefined;
    const now = this.clock.now();
    const [fault] = last.report?.faults ?? [];
    if (now - last.startedAt > LATE_MS)
      return `nothing was removed since ${new Date(last.startedAt).toISOString()}`;
    if (fault !== undefined) return `not everything could be removed: ${fault}`;
    if (now - last.time <= LATE_MS) return undefined;
    return (
      `ages are measured from ${new Date(last.time).toISOString()}, which is behind the clock: it was set ahead, or nothing ` +
      'ran for a while; the time is caught up at twice its speed'
    );
  }
}

/** What a promise gives, or the reason of the signal as soon as that is aborted. */
async function unlessAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  let giveUp!: () => void;
  const aborted = new Promise<never>((_, reject) => (giveUp = () => reject(signal.reason as Error)));
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([result, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
