import { readFile, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '@mcm/kernel';
import { isPostmasterOf } from './process-identity.js';
import { codeOf } from './system-errors.js';

const FAST_STOP_MS = 30_000;
const IMMEDIATE_STOP_MS = 10_000;

/**
 * Stops the server that a killed process left behind on this cluster, and clears away the note of one that is gone.
 * Call only while holding the lock of the data folder. True when a server had to be stopped.
 */
export async function stopOrphan(clusterDir: string): Promise<boolean> {
  const note = join(clusterDir, 'postmaster.pid');
  const pid = await notedPid(note);
  if (pid === null) return false;
  const cluster = await realpath(clusterDir);
  if (!(await isPostmasterOf(pid, cluster))) {
    // The number may belong to any program by now, which would make PostgreSQL refuse to start.
    await rm(note, { force: true });
    return false;
  }
  for (const [signal, patience] of [
    ['SIGINT', FAST_STOP_MS],
    ['SIGQUIT', IMMEDIATE_STOP_MS],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if (codeOf(error) === 'ESRCH') return true;
      throw cannotStop(pid, clusterDir, error);
    }
    if (await endsWithin(pid, cluster, patience)) return true;
  }
  throw cannotStop(pid, clusterDir, undefined);
}

async function notedPid(note: string): Promise<number | null> {
  try {
    const pid = Number.parseInt(await readFile(note, 'utf8'), 10);
    return Number.isInteger(pid) && pid > 1 ? pid : null;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

async function endsWithin(pid: number, cluster: string, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (await isPostmasterOf(pid, cluster)) {
    if (Date.now() > deadline) return false;
    await delay(50);
  }
  return true;
}

function cannotStop(pid: number, clusterDir: string, cause: unknown): AppError {
  return new AppError(
    'conflict',
    'HOST.ORPHAN_SERVER',
    `A PostgreSQL server that an earlier run left behind (process ${pid}) still uses ${clusterDir} and could not be ` +
      'stopped. Stop that process, then start again.',
    { cause },
  );
}
