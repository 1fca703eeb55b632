import {
  type Archive,
  type ArchivedEvent,
  dayFolder,
  isDay,
  listRuns,
  type Manifest,
  readRun,
  verifyRun,
} from '@mcm/archive';
import { AuditTrail } from '@mcm/audit';
import type { RestoreDayResult } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import {
  boundsOf,
  columnList,
  COPY_NULL,
  copyRows,
  copyText,
  type DataSource,
  type Day,
  EVENT,
  EVENT_UID_KEYS,
  isUniqueViolation,
  withConflictRetry,
} from '@mcm/persistence';
import type { EventDays } from '../event-days/event-days.js';
import { INGESTION } from '../ingestion-origin.js';
import { invalidDay } from './archive-refusals.js';
import { type ArchivedRun, runsOf } from './archived-runs.js';
import { holdingArchive } from './holding-archive.js';

const PRESENT = `
  select uid from events
   where uid = any($1::uuid[]) and "timestamp" >= $2::timestamptz and "timestamp" <= $3::timestamptz`;

const COUNT = `
  insert into event_daily_counts as counts (day, count, max_id, last_received_at) values ($1, $2, $3, $4)
  on conflict (day) do update
     set count = counts.count + excluded.count,
         min_id = null,
         max_id = greatest(counts.max_id, excluded.max_id),
         last_received_at = greatest(counts.last_received_at, excluded.last_received_at)`;

/** It is closed again, with the indexes for searching, by what closes other days. */
const MARK = `update event_days set restored_at = now(), state = 'open', rows = null where day = $1`;

/**
 * Puts the archived events of a day back, so that they can be searched. Those that are there stay as they are, so that
 * restoring again, also after a kill, adds what is missing. What counted the events when they came first is not changed.
 *
 * @throws AppError `ARCHIVE.DAMAGED` that names the file, before anything is written; `ARCHIVE.DAY_MISSING`; `ARCHIVE.BUSY`
 */
export async function restoreDay(
  { store, limits }: Archive,
  database: DataSource,
  days: EventDays,
  day: Day,
): Promise<RestoreDayResult> {
  if (!isDay(day)) throw invalidDay(day);
  return holdingArchive(database, async (runner) => {
    const manifests = await trustedManifests({ store, limits }, await runsOf(runner.manager, day), day);
    await days.make(day);
    const result: RestoreDayResult = { archived: 0, restored: 0 };
    // Marked first, so that nothing drops the day while it fills.
    await database.query(MARK, [day]);
    for (const manifest of manifests) {
      await readRun(store, manifest, limits, async (events) => {
        result.archived += events.length;
        result.restored += await addMissing(database, day, events);
        return true;
      });
    }
    await runner.query(MARK, [day]);
    await new AuditTrail().append(runner.manager, {
      origin: INGESTION,
      action: 'events.restored',
      object: { type: 'event_day', id: day, name: null },
      after: { location: store.location, archived: result.archived, restored: result.restored },
    });
    return result;
  });
}

/** The manifests of all runs of a day, once every byte of them is checked. */
async function trustedManifests(
  { store, limits }: Pick<Archive, 'store' | 'limits'>,
  known: readonly ArchivedRun[],
  day: Day,
): Promise<Manifest[]> {
  const listed = (await listRuns(store, dayFolder(day))).filter(({ finished }) => finished);
  const numbers = new Set([...known, ...listed].map(({ run }) => run));
  if (numbers.size === 0) {
    throw new AppError('not-found', 'ARCHIVE.DAY_MISSING', `${day} is not in the archive ${store.location}.`);
  }
  const manifests: Manifest[] = [];
  for (const run of [...numbers].sort((a, b) => a - b)) {
    const { manifest, manifestSha256, faults } = await verifyRun(store, { day, run }, limits);
    const [fault] = faults;
    if (fault !== undefined) throw damaged(`${fault.file}: ${fault.detail}`);
    if (manifestSha256 !== known.find((each) => each.run === run)?.manifestSha256) {
      throw damaged(`the manifest of run ${run} of ${day} is not one that this installation wrote`);
    }
    manifests.push(manifest!);
  }
  return manifests;
}

function damaged(what: string): AppError {
  return new AppError('invalid', 'ARCHIVE.DAMAGED', `Nothing was restored: ${what}`);
}

/** Adds those that are missing, and counts them, in one transaction; gives how many. */
function addMissing(database: DataSource, day: Day, events: readonly ArchivedEvent[]): Promise<number> {
  const { from, to } = boundsOf(day);
  return withConflictRetry(
    () =>
      database.transaction(async ({ queryRunner }) => {
        const runner = queryRunner!;
        const present = (await runner.query(PRESENT, [events.map(({ uid }) => uid), from, to])) as {
          uid: string;
        }[];
        const known = new Set(present.map(({ uid }) => uid));
        const missing = events.filter(({ uid }) => !known.has(uid));
        if (missing.length === 0) return 0;
        await copyRows(runner, `events (${columnList(EVENT)})`, missing.map(lineOf));
        await runner.query(COUNT, [
          day,
          missing.length,
          Math.max(...missing.map(({ id }) => Number(id))),
          missing.map(({ received_at }) => received_at).reduce((a, b) => (a > b ? a : b)),
        ]);
        return missing.length;
      }),
    (error) => isUniqueViolation(error, EVENT_UID_KEYS),
  );
}

const COLUMNS = Object.keys(EVENT) as (keyof typeof EVENT)[];

/** An archived event as a row of COPY. */
function lineOf(event: ArchivedEvent): string {
  return COLUMNS.map((name) => {
    const value = event[name];
    return value === null ? COPY_NULL : copyText(value);
  }).join('\t');
}
