import { type Archive, eventLines, isDay, writeRun } from '@mcm/archive';
import { AuditTrail, type AuditEntry } from '@mcm/audit';
import { ADVISORY_LOCKS } from '@mcm/contracts';
import { AppError, type Clock, messageOf } from '@mcm/kernel';
import { copiedRows, databaseError, DataSource, type EntityManager } from '@mcm/persistence';
import { CLOCK, HealthRegistry, LOGGER, type Logger, MetricsRegistry } from '@mcm/platform';
import { Inject, Injectable } from '@nestjs/common';
import { addRun, type ArchivedRun, runsOf } from './archived-runs.js';
import { settledId } from './settled-id.js';

/** The {@link Archive} that is configured; null where there is none. */
export const ARCHIVE = Symbol('Archive');

/** A day of five million events takes some minutes; a bucket that hangs must not hold the lock for ever. */
const STATEMENT_MS = 3_600_000;

const IS_ANY_LEFT = `
  select exists (
    select from events
     where "timestamp" >= $1::timestamptz and "timestamp" < $1::timestamptz + interval '1 day' and id > $2
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
      const runs = await this.addRun(this.archive, day);
      this.trouble = null;
      return runs;
    } catch (error) {
      this.trouble = { day, why: messageOf(error) };
      this.failures.inc();
      throw error;
    }
  }

  private async addRun(archive: Archive, day: string): Promise<ArchivedRun[]> {
    if (!isDay(day)) throw new AppError('invalid', 'ARCHIVE.INVALID_DAY', `${day} is no day.`);
    const runner = this.database.createQueryRunner();
    try {
      await runner.startTransaction();
      await runner.query(`set local statement_timeout = ${STATEMENT_MS}`);
      // The transaction is idle while the last files are made and stored.
      await runner.query(`set local idle_in_transaction_session_timeout = ${STATEMENT_MS}`);
      const [lock] = (await runner.query('select pg_try_advisory_xact_lock($1) as free', [
        ADVISORY_LOCKS.archive,
      ])) as { free: boolean }[];
      if (!lock!.free) {
        throw new AppError('unavailable', 'ARCHIVE.BUSY', 'Another process writes to the archive.');
      }
      const runs = await runsOf(runner.manager, day);
      const last = runs.at(-1);
      const afterId = last?.throughId ?? 0;
      const [found] = (await runner.query(IS_ANY_LEFT, [`${day}Z`, afterId])) as { left: boolean }[];
      if (found!.left) {
        const range = { day, afterId, throughId: await settledId(this.database) };
        const at = new Date(this.clock.now());
        const number = (last?.run ?? 0) + 1;
        const lines = copiedRows(runner, eventLines(range));
        const written = await writeRun(archive.store, { ...range, run: number, at, lines }, archive.limits);
        const run: ArchivedRun = {
          day,
          run: number,
          location: archive.store.location,
          manifestSha256: written.manifestSha256,
          throughId: range.throughId,
          rows: written.manifest.rows,
          bytes: written.bytes,
          archivedAt: written.manifest.archived_at,
        };
        await this.note(runner.manager, { ...run, afterId });
        runs.push(run);
        await runner.commitTransaction();
        this.events.inc(run.rows);
        this.logger.info(run, `${run.rows} events of ${day} are archived.`);
      } else {
        await runner.commitTransaction();
      }
      return runs;
    } catch (error) {
      // The connection is gone when the events were not read to their end; then there is nothing to undo.
      if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
      throw databaseError(error);
    } finally {
      await runner.release();
    }
  }

  private async note(manager: EntityManager, run: ArchivedRun & { afterId: number }): Promise<void> {
    await addRun(manager, run);
    await this.trail.append(manager, archivedEntry(run));
  }
}

function archivedEntry({ day, run, location, manifestSha256, rows, bytes }: ArchivedRun): AuditEntry {
  return {
    origin: { actor: { type: 'system', id: 'ingestion', name: 'ingestion' }, address: null, requestId: null },
    action: 'events.archived',
    object: { type: 'event_day', id: day, name: null },
    after: { run, location, manifest_sha256: manifestSha256, rows, bytes },
  };
}
