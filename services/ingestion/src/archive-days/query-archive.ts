import {
  type Archive,
  type ArchivedEvent,
  inWorkFolder,
  listRuns,
  openManifest,
  readRun,
} from '@mcm/archive';
import { AppError, parseTimestamp } from '@mcm/kernel';
import { EVENTS, matches, parseQuery } from '@mcm/search';

/** What `npm run archive -- query` is asked, as it was written. */
export interface ArchiveQuery {
  query: string;
  from?: string;
  to?: string;
  limit?: string;
}

const DEFAULT_LIMIT = 1000;
const DAY_MS = 86_400_000;

/**
 * Prints archived events that match, each as a line of JSON, in the order of days and runs, and of their time within a run.
 *
 * @throws AppError `SEARCH.INVALID_QUERY`; `ARCHIVE.INVALID_OPTION` that names the option; `ARCHIVE.DAMAGED`
 */
export async function queryArchive(
  { store, limits }: Archive,
  { query: text, from, to, limit }: ArchiveQuery,
  print: (line: string) => void,
): Promise<void> {
  const query = parseQuery(text, EVENTS);
  const range = {
    from: from === undefined ? -Infinity : timeOf('--from', from),
    to: to === undefined ? Infinity : timeOf('--to', to) + (isDate(to) ? DAY_MS - 1 : 0),
  };
  let left = limitOf(limit);
  for (const listed of await listRuns(store)) {
    const start = Date.parse(listed.day);
    if (!listed.finished || start > range.to || start + DAY_MS <= range.from) continue;
    const { manifest } = await inWorkFolder(store, (folder) => openManifest(store, listed, folder));
    const take = (events: ArchivedEvent[]): Promise<boolean> => {
      for (const event of events) {
        if (left === 0) break;
        if (!matches(query, EVENTS, { ...event, raw_data: JSON.parse(event.raw_data) as unknown })) continue;
        print(lineOf(event));
        left -= 1;
      }
      return Promise.resolve(left > 0);
    };
    await readRun(store, manifest, limits, take, range);
    if (left === 0) return;
  }
}

/** The raw data stays as it is written: a number in it may have more digits than a number of JavaScript. */
function lineOf({ raw_data, ...event }: ArchivedEvent): string {
  return `${JSON.stringify(event).slice(0, -1)},"raw_data":${raw_data}}`;
}

const isDate = (text: string): boolean => /^\d{4}-\d\d-\d\d$/.test(text);

function timeOf(option: string, text: string): number {
  const time = parseTimestamp(text);
  if (typeof time === 'number') return time;
  throw invalidOption(option, time);
}

function limitOf(text: string | undefined): number {
  const limit = text === undefined ? DEFAULT_LIMIT : Number(text);
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw invalidOption('--limit', 'must be a whole number above 0');
}

function invalidOption(option: string, fault: string): AppError {
  return new AppError('invalid', 'ARCHIVE.INVALID_OPTION', `${option} ${fault}.`);
}
