import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  type Archive,
  dayFolder,
  inWorkFolder,
  isDay,
  type ListedRun,
  listRuns,
  loadArchive,
  openManifest,
  verifyRun,
} from '@mcm/archive';
import { apiAddress, apiKeyHeader } from '@mcm/contracts';
import { AppError, messageOf } from '@mcm/kernel';
import { invalidDay, noArchive } from './archive-refusals.js';
import { queryArchive } from './query-archive.js';

const USAGE = `npm run archive -- list                     what is in the archive
npm run archive -- verify [DAY]             check all of it, or a day, byte by byte; needs no database
npm run archive -- restore DAY              make a day searchable again in the running system
npm run archive -- query 'QUERY' [OPTIONS]  print the events that match, as lines of JSON

  --from TIME, --to TIME   bounds of event time for query, both included: 2026-01-15 or 2026-01-15T08:00:00Z
  --limit N                at most so many events (1000)
  --url URL                the running system, for restore; API_KEY in the environment is the key that it asks for

QUERY is as in the search of events (docs/search.md); one that would begin with - is written with not. The archive is that of ARCHIVE_DIR or ARCHIVE_S3_URL.`;

/** Time between two questions how far a restore is, in milliseconds. */
const POLL_MS = 1000;

export interface CommandOutput {
  print(line: string): void;
  printError(line: string): void;
  env: NodeJS.ProcessEnv;
}

/**
 * Runs `npm run archive`. Returns the exit code: 0 when all is well, 1 for an archive that is damaged, 2 when the command
 * could not be carried out.
 */
export async function runArchive(args: readonly string[], output: CommandOutput): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        from: { type: 'string' },
        to: { type: 'string' },
        limit: { type: 'string' },
        url: { type: 'string' },
      },
    });
    const [command, argument, ...more] = positionals;
    if (values.help) {
      output.print(USAGE);
      return 0;
    }
    if (more.length > 0) return usage(output);
    switch (command) {
      case 'list':
        return argument === undefined ? await list(theArchive(output), output) : usage(output);
      case 'verify':
        return await verify(theArchive(output), argument === undefined ? null : dayOf(argument), output);
      case 'restore':
        if (argument === undefined) return usage(output);
        return await restore(dayOf(argument), values.url, output);
      case 'query':
        if (argument === undefined) return usage(output);
        await queryArchive(theArchive(output), { query: argument, ...values }, output.print);
        return 0;
      default:
        return usage(output);
    }
  } catch (error) {
    output.printError(messageOf(error));
    return 2;
  }
}

function usage({ printError }: CommandOutput): number {
  printError(USAGE);
  return 2;
}

function theArchive({ env }: CommandOutput): Archive {
  const archive = loadArchive(env);
  if (archive !== null) return archive;
  throw noArchive();
}

function dayOf(text: string): string {
  if (isDay(text)) return text;
  throw invalidDay(text);
}

const nameOf = ({ day, run }: ListedRun): string => `${day} run ${run}`;

async function list({ store }: Archive, { print, printError }: CommandOutput): Promise<number> {
  let code = 0;
  for (const listed of await listRuns(store)) {
    if (!listed.finished) {
      print(`${nameOf(listed)}: not finished`);
      continue;
    }
    try {
      const { manifest } = await inWorkFolder(store, (folder) => openManifest(store, listed, folder));
      const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
      print(
        `${nameOf(listed)}: ${manifest.rows} events, ${bytes} bytes, archived at ${manifest.archived_at}`,
      );
    } catch (error) {
      if (error instanceof AppError && error.kind === 'unavailable') throw error;
      printError(`${nameOf(listed)}: ${messageOf(error)}`);
      code = 1;
    }
  }
  return code;
}

async function verify(
  { store, limits }: Archive,
  day: string | null,
  { print, printError }: CommandOutput,
): Promise<number> {
  const runs = await listRuns(store, day === null ? undefined : dayFolder(day));
  if (runs.length === 0) {
    printError(`There is nothing of ${day ?? 'any day'} in the archive ${store.location}.`);
    return 1;
  }
  let code = 0;
  for (const listed of runs) {
    if (!listed.finished && runs.at(-1) === listed) {
      print(`${nameOf(listed)}: not finished`);
      continue;
    }
    const { manifest, manifestSha256, faults } = await verifyRun(store, listed, limits);
    for (const { file, detail } of faults) printError(`DAMAGED ${file}: ${detail}`);
    if (faults.length > 0) code = 1;
    else
      print(
        `${nameOf(listed)}: ${manifest!.rows} events as they were; SHA-256 of the manifest ${manifestSha256}`,
      );
  }
  return code;
}

/** What the API says of a restore. */
interface Restore {
  state: 'waiting' | 'delayed' | 'active' | 'completed' | 'failed';
  error: string | null;
  result: { archived: number; restored: number } | null;
}

async function restore(
  day: string,
  url: string | undefined,
  { print, printError, env }: CommandOutput,
): Promise<number> {
  const address = new URL('/archive/restores', apiAddress(url, env));
  const headers = { ...apiKeyHeader(env), 'content-type': 'application/json' };
  let restored = await answerOf(
    await fetch(address, { method: 'POST', headers, body: JSON.stringify({ day }) }),
  );
  while (restored.state !== 'completed' && restored.state !== 'failed') {
    await delay(POLL_MS);
    restored = await answerOf(await fetch(`${address}/${day}`, { headers }));
  }
  if (restored.result === null) {
    printError(restored.error ?? 'The restore failed.');
    return 1;
  }
  const { archived, restored: added } = restored.result;
  print(`${day}: ${added} of ${archived} archived events were missing, and are back.`);
  return 0;
}

async function answerOf(response: Response): Promise<Restore> {
  if (response.ok) return (await response.json()) as Restore;
  const { detail } = (await response.json().catch(() => ({}))) as { detail?: string };
  throw new AppError('unavailable', 'API.REFUSED', detail ?? `${response.url} answered ${response.status}.`);
}
