import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { codeOf } from './system-errors.js';

const run = promisify(execFile);

/** True while a process with this id runs, of any owner. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false;
  }
  // One that has ended and waits for its parent to notice, which in a container may never happen, is not alive.
  return process.platform !== 'linux' || linuxStat(pid)?.[0] !== 'Z';
}

/**
 * When a process was started, as text to compare; null when the system does not say. Together with the id it names one
 * process for ever, while ids alone are used again.
 */
export async function startTimeOf(pid: number): Promise<string | null> {
  try {
    if (process.platform === 'linux') return linuxStat(pid)?.[19] ?? null;
    if (process.platform === 'win32') return null;
    return (await run('ps', ['-o', 'lstart=', '-p', String(pid)])).stdout.trim() || null;
  } catch {
    // No such process, or a system without these tools: both mean that nothing is known.
    return null;
  }
}

/** True when the process is a PostgreSQL server, as far as the system tells; `dataDir` narrows it to that cluster. */
export async function isPostmasterOf(pid: number, dataDir: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform === 'linux') {
    try {
      // A postmaster works inside its data folder.
      return (await readlink(`/proc/${pid}/cwd`)) === dataDir;
    } catch (error) {
      // EACCES: a process of another user, which we did not start.
      if (['ENOENT', 'EACCES', 'EPERM', 'ESRCH'].includes(codeOf(error) ?? '')) return false;
      throw error;
    }
  }
  if (process.platform === 'win32') {
    const { stdout } = await run('tasklist', ['/FI', `PID eq ${pid}`, '/NH']);
    return stdout.toLowerCase().includes('postgres');
  }
  try {
    return (await run('ps', ['-o', 'command=', '-p', String(pid)])).stdout.includes('postgres');
  } catch {
    // ps fails when the process is gone.
    return false;
  }
}

/** The fields of /proc/<pid>/stat from the third (state) on; null when there is no such process. */
function linuxStat(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(codeOf(error) ?? '')) return null;
    throw error;
  }
}
