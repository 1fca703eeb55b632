import type { MaintainEventDaysResult } from '@mcm/contracts';
import { messageOf } from '@mcm/kernel';
import { DataSource, type Day, queryRows } from '@mcm/persistence';
import { HealthRegistry, LOGGER, type Logger, MetricsRegistry } from '@mcm/platform';
import { type ActiveJob, HandlesJob, JOB_QUEUE, type JobQueue } from '@mcm/queue';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { EventDays, type StoredDay } from './event-days.js';

/** Time between two polls whether a day wants a partition, in milliseconds. */
const POLL_MS = 60_000;
/** Time until a day that wants one gets it, in milliseconds. */
const SOON_MS = 1_000;
/** Events outside of the days that can have partitions, from which on health says so. */
const MANY_OUTSIDE = 100_000;
/** An event without a time of its own that is sent again this many days later, or more, is another event. */
const UNTIMED_DAYS = 3;

const FORGET_UNTIMED = `delete from untimed_events where "timestamp" < now() - interval '${UNTIMED_DAYS} days'`;

/** Keeps a partition ready for each day that events come for. A job does it, so that of several processes one does. */
@Injectable()
export class MaintainEventDaysWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private soon: NodeJS.Timeout | undefined;
  /** Days that have a partition, as far as this process knows. */
  private made: ReadonlySet<Day> = new Set();
  private readonly byState;
  private readonly outside;
  private eventsOutside = 0;

  constructor(
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly dataSource: DataSource,
    private readonly days: EventDays,
    metrics: MetricsRegistry,
    health: HealthRegistry,
  ) {
    this.byState = metrics.gauge('mcm_event_days', 'Days with events, by where these are', ['state']);
    this.outside = metrics.gauge(
      'mcm_events_outside_days',
      'Events whose time is too long ago, or too far ahead, for a partition of their day',
    );
    health.register('event-days', async () => this.warning());
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.poll(), POLL_MS);
    this.timer.unref();
    void this.poll();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    clearTimeout(this.soon);
  }

  /** Told of the days of events that were stored: those of an import are to get their partitions before many events lie elsewhere. */
  notice(days: ReadonlySet<Day>): void {
    const { first, last } = this.days.window;
    const isWanted = (day: Day) => day >= first && day <= last && !this.made.has(day);
    if (this.soon !== undefined || ![...days].some(isWanted)) return;
    this.soon = setTimeout(() => {
      this.soon = undefined;
      void this.poll();
    }, SOON_MS);
    this.soon.unref();
  }

  private async poll(): Promise<void> {
    try {
      this.observe(await this.days.stored());
      await this.queue.enqueue('maintain-event-days', {}, { id: 'maintain' });
    } catch (error) {
      this.logger.warn(
        { err: error },
        `The days of events could not be looked after now: ${messageOf(error)}`,
      );
    }
  }

  @HandlesJob('maintain-event-days')
  async maintain({ signal }: ActiveJob<'maintain-event-days'>): Promise<MaintainEventDaysResult> {
    const stored = await this.days.stored();
    const made = await this.makeMissing(stored, signal);
    let closed = 0;
    for (const day of this.days.closable(await this.days.stored())) {
      signal.throwIfAborted();
      await this.days.close(day);
      closed += 1;
      this.logger.info(`The day ${day} is closed: it has the indexes for searching.`);
    }
    await queryRows(this.dataSource, FORGET_UNTIMED);
    this.observe(await this.days.stored());
    return { made, closed };
  }

  private async makeMissing(stored: readonly StoredDay[], signal: AbortSignal): Promise<number> {
    const missing = this.days.missing(stored);
    for (const [i, day] of missing.entries()) {
      signal.throwIfAborted();
      const moved = await this.days.make(day);
      if (moved)
        this.logger.info(
          `${moved} events of ${day} were moved to a partition of their own; days left: ${missing.length - 1 - i}.`,
        );
    }
    return missing.length;
  }

  private observe(stored: readonly StoredDay[]): void {
    for (const state of ['default', 'open', 'closed'] as const)
      this.byState.set({ state }, stored.filter((day) => day.state === state).length);
    this.made = new Set(stored.filter(({ state }) => state !== 'default').map(({ day }) => day));
    this.eventsOutside = this.days.outside(stored);
    this.outside.set(this.eventsOutside);
  }

  private warning(): string | undefined {
    if (this.eventsOutside < MANY_OUTSIDE) return undefined;
    const { first, last } = this.days.window;
    return `${this.eventsOutside} events lie before ${first} or after ${last}: searching and removing them is slower than others`;
  }
}
