import { join } from 'node:path';
import { AppError } from '@mcm/kernel';
import { quoted, withDuck } from './duck.js';
import { type ArchivedEvent, COLUMN_NAMES, EVENT_TEXTS } from './event-row.js';
import { fingerprint } from './fingerprint.js';
import type { ArchivedFile, Manifest } from './manifest.js';
import { runFolder } from './run-name.js';
import type { ArchiveStore } from './stores/archive-store.js';
import { inWorkFolder } from './verify-run.js';
import type { ArchiveLimits } from './write-run.js';

/** A range of event time in milliseconds since 1970; both bounds belong to it. */
export interface TimeRange {
  from: number;
  to: number;
}

/**
 * Reads the events of a run in the order of their files, which is that of their time, and gives them to `take`, some thousand
 * together, until it says that it has enough. Only files with events of the range are read, each after a check of its bytes.
 *
 * @throws AppError `ARCHIVE.DAMAGED` that names the file; `ARCHIVE.FILE_MISSING`; `unavailable`
 */
export async function readRun(
  store: ArchiveStore,
  manifest: Manifest,
  limits: ArchiveLimits,
  take: (events: ArchivedEvent[]) => Promise<boolean>,
  range: TimeRange = { from: -Infinity, to: Infinity },
): Promise<void> {
  const files = manifest.files.filter(
    ({ first_time, last_time }) => Date.parse(first_time) <= range.to && Date.parse(last_time) >= range.from,
  );
  if (files.length === 0) return;
  await inWorkFolder(store, (folder) =>
    withDuck({ memoryBytes: limits.memoryBytes, folder: join(folder, 'duck') }, async (duck) => {
      for (const file of files) {
        const name = runFolder(manifest) + file.name;
        const goesOn = await store.read(name, folder, async (path) => {
          await assertWhole(name, path, file);
          const statement = `select ${EVENT_TEXTS} from read_parquet(${quoted(path)})${within(range)}`;
          for await (const rows of duck.rows(statement)) if (!(await take(rows.map(toEvent)))) return false;
          return true;
        });
        if (!goesOn) return;
      }
    }),
  );
}

async function assertWhole(name: string, path: string, stated: ArchivedFile): Promise<void> {
  const { bytes, sha256 } = await fingerprint(path);
  if (bytes === stated.bytes && sha256 === stated.sha256) return;
  throw new AppError('invalid', 'ARCHIVE.DAMAGED', `${name} is not as its manifest says it was.`);
}

function within({ from, to }: TimeRange): string {
  const conditions = [
    ...(Number.isFinite(from) ? [`"timestamp" >= make_timestamptz(${from * 1000})`] : []),
    ...(Number.isFinite(to) ? [`"timestamp" <= make_timestamptz(${to * 1000})`] : []),
  ];
  return conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
}

function toEvent(row: (string | null)[]): ArchivedEvent {
  return Object.fromEntries(COLUMN_NAMES.map((name, i) => [name, row[i]])) as unknown as ArchivedEvent;
}
