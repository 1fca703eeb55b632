import { AuditTrail } from '@mcm/audit';
import {
  type DayPlan,
  type Hold,
  lastDayToLookAt,
  type RemovedDay,
  RemovalPlan,
  type Retention,
} from '@mcm/contracts';
import { messageOf } from '@mcm/kernel';
import { boundsOf, DataSource, type EntityManager, inTransaction, queryRows } from '@mcm/persistence';
import { LOGGER, type Logger } from '@mcm/platform';
import { Inject, Injectable } from '@nestjs/common';
import { EventArchive } from '../archive-days/event-archive.js';
import { EventDays } from '../event-days/event-days.js';
import { INGESTION } from '../ingestion-origin.js';
import { MaintenanceStore } from './maintenance-store.js';

/** Most days of one run; the rest come in the next. */
const RUN_DAYS = 40;
/** Days that could not be removed after which a run gives up. */
const RUN_FAULTS = 3;

/** Days for which a day that was put back from the archive stays. */
const RESTORED_DAYS = 30;
const DAY_MS = 86_400_000;
const RESTORED = `select to_char(day, 'YYYY-MM-DD') as day from event_days where restored_at > $1`;

const SOURCES =
  'select distinct source from events where "timestamp" >= $1::timestamptz and "timestamp" <= $2::timestamptz';
const REMEMBER = `
  insert into removed_events (day, source, rows) select $1, source, $3 from unnest($2::text[]) as source
  on conflict (day, source) do update
     set rows = coalesce(removed_events.rows, 0) + excluded.rows, removed_at = excluded.removed_at`;

/** What a run did about days of events. */
export interface EventRemovals {
  days: RemovedDay[];
  held_days: number;
  more: boolean;
  faults: string[];
}

/** Removes days of events whose time is over: as a whole, or all but the sources that stay. */
@Injectable()
export class RemoveEventDays {
  /** By day, what decided about its sources when they were looked at: that costs a walk over the day. */
  private readonly lookedAt = new Map<string, string>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly days: EventDays,
    private readonly archive: EventArchive,
    private readonly store: MaintenanceStore,
    private readonly trail: AuditTrail,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Removes what is due, the oldest day first.
   *
   * @param time the time that ages are measured from, in milliseconds since 1970
   */
  async remove(
    retention: Retention,
    holds: readonly Hold[],
    time: number,
    signal: AbortSignal,
  ): Promise<EventRemovals> {
    const done: EventRemovals = { days: [], held_days: 0, more: false, faults: [] };
    const before = lastDayToLookAt(retention, time);
    if (before === null) return done;
    const plan = new RemovalPlan(retention, holds, time);
    const restored = await this.restoredDays(time);
    const stored = (await this.days.stored())
      .map(({ day }) => day)
      .filter((day) => day < before && !restored.has(day));
    for (const day of stored.sort()) {
      signal.throwIfAborted();
      const differences = plan.differences(day);
      if (differences === null && plan.decide(day).what === 'keep') {
        if ((plan.decide(day) as { held?: boolean }).held) done.held_days += 1;
        continue;
      }
      if (differences !== null && this.lookedAt.get(day) === differences) continue;
      if (done.days.length === RUN_DAYS || done.faults.length === RUN_FAULTS) return { ...done, more: true };
      try {
        const removed = await this.removeDay(day, time);
        if (removed === 'held') done.held_days += 1;
        else if (removed !== null) done.days.push(removed);
        if (differences !== null) this.lookedAt.set(day, differences);
      } catch (error) {
        done.faults.push(`events of ${day}: ${messageOf(error)}`);
        this.logger.warn({ err: error, day }, `Events of ${day} could not be removed: ${messageOf(error)}`);
      }
    }
    return done;
  }

  /** Removes what is due of a day, after it was archived where an archive is configured. */
  private async removeDay(day: string, time: number): Promise<RemovedDay | 'held' | null> {
    const { decision } = await this.decide(day, time);
    if (decision.what === 'keep') return decision.held ? 'held' : null;
    const runs = await this.archive.archiveDay(day);
    return this.carryOut(day, time, runs === null ? null : (runs.at(-1)?.throughId ?? 0));
  }

  /**
   * Decides about a day again, while no legal hold and no change of the setting can come, and carries that out. The entry of
   * the audit trail comes first: a process that is killed then leaves an entry without a removal, and the next run another.
   *
   * @param archivedThrough the last id of the day that is in the archive; null where no archive is configured
   */
  private carryOut(
    day: string,
    time: number,
    archivedThrough: number | null,
  ): Promise<RemovedDay | 'held' | null> {
    return inTransaction(this.dataSource, async (transaction) => {
      // Rewriting a large day takes longer than a transaction may be idle otherwise.
      await transaction.query('set local idle_in_transaction_session_timeout = 0');
      await transaction.query('lock table legal_holds in share mode');
      const { decision, sources } = await this.decide(day, time, transaction);
      if (decision.what === 'keep') return decision.held ? 'held' : null;
      const kept = decision.what === 'drop' ? null : [...decision.sources];
      await this.record(day, kept);
      const events =
        kept === null
          ? await this.days.drop(day, archivedThrough)
          : await this.days.keepOnly(day, kept, archivedThrough);
      const gone = kept === null ? [''] : sources.filter((source) => !kept.includes(source));
      await transaction.query(REMEMBER, [day, gone, kept === null ? events : null]);
      this.logger.info(
        { day, events, kept },
        `${events} events of ${day} were removed: their time was over.`,
      );
      return { day, events, kept_sources: kept };
    });
  }

  private async decide(
    day: string,
    time: number,
    transaction?: EntityManager,
  ): Promise<{ decision: DayPlan; sources: readonly string[] }> {
    const retention = await this.store.retention(time, transaction);
    const plan = new RemovalPlan(retention, await this.store.holds(transaction), time);
    const sources = plan.differences(day) === null ? [] : await this.sourcesOf(day);
    return { decision: plan.decide(day, sources), sources };
  }

  /** Days that were put back from the archive so that people can search them. */
  private async restoredDays(time: number): Promise<Set<string>> {
    const since = new Date(time - RESTORED_DAYS * DAY_MS);
    const rows = await queryRows<{ day: string }>(this.dataSource, RESTORED, [since]);
    return new Set(rows.map(({ day }) => day));
  }

  private async sourcesOf(day: string): Promise<string[]> {
    const { from, to } = boundsOf(day);
    const rows = await queryRows<{ source: string }>(this.dataSource, SOURCES, [from, to]);
    return rows.map(({ source }) => source);
  }

  private async record(day: string, kept: readonly string[] | null): Promise<void> {
    await inTransaction(this.dataSource, (manager) =>
      this.trail.append(manager, {
        origin: INGESTION,
        action: 'events.removed',
        object: { type: 'event_day', id: day, name: null },
        // The entry has a bound, and so has a source's name.
        after: { kept_sources: kept === null ? null : kept.slice(0, 50) },
      }),
    );
  }
}
