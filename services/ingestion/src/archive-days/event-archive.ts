import { type Archive, eventLines, isDay, writeRun } from '@mcm/archive';
import { type AuditEntry, AuditTrail } from '@mcm/audit';
import { type Clock, messageOf } from '@mcm/kernel';
import { boundsOf, copiedRows, DataSource } from '@mcm/persistence';
import { CLOCK, HealthRegistry, LOGGER, type Logger, MetricsRegistry } from '@mcm/platform';
import { Inject, Injectable } from '@nestjs/common';
import { INGESTION } from '../ingestion-origin.js';
import { invalidDay } from './archive-refusals.js';
import { addRun, type ArchivedRun, runsOf } from './archived-runs.js';
import { holdingArchive } from './holding-archive.js';
import { settledId } from './settled-id.js';

/** The {@link Archive} that is configured; null where there is none. */
export const ARCHIVE = Symbol('Archive');

const IS_ANY_LEFT = `
  select exists (
    select from events
     where "timestamp" >= $1::timestamptz and "timestamp" <= $2::timestamptz and id > $3
  ) as left`;

/** Writes days of events to the archive. */
@Injectable()
export class EventArchive {
  private readonly events;
  private readonly failures;
  /** The last day that could not be archived, and why. */
  private trouble: { day: string; why: string } | null = null;

  constructor(
    @Inject(ARCHIVE) private readonly archive: Archive | null,
    private readonly database: DataSource,
    private readonly trail: AuditTrail,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    metrics: MetricsRegistry,
    health: HealthRegistry,
  ) {
    this.events = metrics.counter('mcm_archived_events_total', 'Events that were written to the archive');
    this.failures = metrics.counter('mcm_archive_failures_total', 'Days that could not be archived');
    if (archive !== null) {
      health.register('archive', async () =>
        this.trouble === null
          ? undefined
          : `${this.trouble.day} could not be archived, so it is not dropped: ${this.trouble.why}`,
      );
    }
  }

  /**
   * Archives those events of a day that are not archived yet, so that the day can be dropped. Call it right before that.
   *
   * @param day UTC, `2026-01-15`
   * @returns all runs of the day; null where no archive is configured
   * @throws AppError when the day is not archived and must stay; counted, and shown by health until it works
   */
  async archiveDay(day: string): Promise<ArchivedRun[] | null> {
    if (this.archive === null) return null;
    try {
      const { runs, added } = await this.addRun(this.archive, day);
      this.trouble = null;
      if (added === null) return runs;
      this.events.inc(added.rows);
      this.logger.info(added, `${added.rows} events of ${day} are archived.`);
      return [...runs, added];
    } catch (error) {
      this.trouble = { day, why: messageOf(error) };
      this.failures.inc();
      throw error;
    }
  }

  /** @returns the runs that there were, and the one that was needed */
  private async addRun(
    archive: Archive,
    day: string,
  ): Promise<{ runs: ArchivedRun[]; added: ArchivedRun | null }> {
    if (!isDay(day)) throw invalidDay(day);
    return holdingArchive(this.database, async (runner) => {
      const runs = await runsOf(runner.manager, day);
      const last = runs.at(-1);
      const afterId = last?.throughId ?? 0;
      const { from, to } = boundsOf(day);
      const [found] = (await runner.query(IS_ANY_LEFT, [from, to, afterId])) as { left: boolean }[];
      if (!found!.left) return { runs, added: null };
      const range = { day, afterId, throughId: await settledId(this.database) };
      const { manifest, manifestSha256, bytes } = await writeRun(
        archive.store,
        {
          ...range,
          run: (last?.run ?? 0) + 1,
          at: new Date(this.clock.now()),
          lines: copiedRows(runner, eventLines(range)),
        },
        archive.limits,
      );
      const added: ArchivedRun = {
        day,
        run: manifest.run,
        location: archive.store.location,
        manifestSha256,
        throughId: range.throughId,
        rows: manifest.rows,
        bytes,
        archivedAt: manifest.archived_at,
      };
      await addRun(runner.manager, { ...added, afterId });
      await this.trail.append(runner.manager, archivedEntry(added));
      return { runs, added };
    });
  }
}

function archivedEntry({ day, run, location, manifestSha256, rows, bytes }: ArchivedRun): AuditEntry {
  return {
    origin: INGESTION,
    action: 'events.archived',
    object: { type: 'event_day', id: day, name: null },
    after: { run, location, manifest_sha256: manifestSha256, rows, bytes },
  };
}
