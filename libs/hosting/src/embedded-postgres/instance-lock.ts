import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@mcm/kernel';
import { isAlive, startTimeOf } from './process-identity.js';
import { codeOf } from './system-errors.js';

interface Owner {
  pid: number;
  /** See {@link startTimeOf}. */
  started: string | null;
}

/**
 * Keeps a data folder to one process. The lock is a file with the owner's process id and start time; one left behind by
 * a process that was killed is taken over.
 */
export class InstanceLock {
  private constructor(private readonly file: string) {}

  /** Throws `HOST.ALREADY_RUNNING` while another process, or another server of this process, holds the folder. */
  static async acquire(folder: string): Promise<InstanceLock> {
    const file = join(folder, 'owner.lock');
    const mine = JSON.stringify({
      pid: process.pid,
      started: await startTimeOf(process.pid),
    } satisfies Owner);
    for (let attempt = 0; attempt < 10; attempt++) {
      if (await createWhole(file, mine)) return new InstanceLock(file);
      const found = await readIfThere(file);
      if (found === null) continue;
      const owner = parseOwner(found);
      if (owner && (await isRunning(owner))) throw alreadyRunning(folder, owner.pid);
      await removeStale(file, found);
    }
    throw alreadyRunning(folder, null);
  }

  async release(): Promise<void> {
    await rm(this.file, { force: true });
  }
}

function alreadyRunning(folder: string, pid: number | null): AppError {
  const who = pid === null ? 'another process' : pid === process.pid ? 'this process' : `process ${pid}`;
  return new AppError(
    'conflict',
    'HOST.ALREADY_RUNNING',
    `The data in ${folder} is in use by ${who}: it is already running. Stop that first, or choose another folder with DATA_PATH.`,
  );
}

async function isRunning(owner: Owner): Promise<boolean> {
  if (!isAlive(owner.pid)) return false;
  const started = await startTimeOf(owner.pid);
  return started === null || owner.started === null || started === owner.started;
}

/** Creates the file with its content in one step, so that no process reads half of it; false when it exists. */
async function createWhole(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(draft, content, { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error) ?? '')) throw error;
  } finally {
    await rm(draft, { force: true });
  }
  // A file system without hard links.
  try {
    await writeFile(file, content, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Takes the stale lock away, but not one that another process created in its place meanwhile. */
async function removeStale(file: string, stale: string): Promise<void> {
  const aside = `${file}.${process.pid}.stale`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readIfThere(aside)) !== stale) {
    await link(aside, file).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  }
  await rm(aside, { force: true });
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function parseOwner(content: string): Owner | null {
  try {
    const value = JSON.parse(content) as Partial<Owner>;
    return typeof value.pid === 'number' ? { pid: value.pid, started: value.started ?? null } : null;
  } catch {
    // Not written by this product, or cut by a full disk: whether it is still valid cannot be known.
    return null;
  }
}
