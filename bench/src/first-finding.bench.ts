import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@mcm/testing';
import { NODE_ARGUMENTS, openFolder } from './bench-system.js';
import { figure } from './report.js';

const MAIN = join(fileURLToPath(import.meta.url), '../../../services/standalone/dist/main.js');

interface ProcessInfo {
  pid: number;
  parent: number;
  /** Proportional share of memory in bytes: pages shared by several processes count once altogether. */
  memory: number;
}

async function processes(): Promise<ProcessInfo[]> {
  const found: ProcessInfo[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const [stat, smaps] = await Promise.all([
        readFile(`/proc/${name}/stat`, 'utf8'),
        readFile(`/proc/${name}/smaps_rollup`, 'utf8'),
      ]);
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      const memory = Number(/^Pss:\s+(\d+) kB/m.exec(smaps)?.[1] ?? 0) * 1024;
      found.push({ pid: Number(name), parent, memory });
    } catch (error) {
      // A process may end, or belong to another user, between listing and reading.
      if (!['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error;
    }
  }
  return found;
}

async function treeMemory(root: number): Promise<number> {
  const all = await processes();
  const tree = new Set([root]);
  for (let grown = true; grown;) {
    grown = false;
    for (const { pid, parent } of all) {
      if (tree.has(parent) && !tree.has(pid)) {
        tree.add(pid);
        grown = true;
      }
    }
  }
  return all.filter(({ pid }) => tree.has(pid)).reduce((sum, { memory }) => sum + memory, 0);
}

/** From the start of the demo on an empty data folder until its first finding, and the memory of everything it started. */
export async function benchFirstFinding(): Promise<void> {
  const folder = await openFolder();
  const apiPort = await freePort();
  const started = performance.now();
  const child = spawn(process.execPath, [...NODE_ARGUMENTS, MAIN, '--demo'], {
    env: {
      ...process.env,
      DATA_PATH: folder,
      API_PORT: String(apiPort),
      WEB_PORT: String(await freePort()),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    for (;;) {
      if (child.exitCode !== null) throw new Error(`The demo ended with ${child.exitCode}`);
      const answer = await fetch(`http://127.0.0.1:${apiPort}/findings?page_size=1`).catch(() => null);
      if (answer?.ok && ((await answer.json()) as { total: number }).total > 0) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    figure(
      'demo, built, empty folder: start → first finding',
      `${((performance.now() - started) / 1000).toFixed(1)} s`,
    );
    await new Promise((resolve) => setTimeout(resolve, 20_000));
    if (process.platform === 'linux') {
      const bytes = await treeMemory(child.pid!);
      figure('demo, after 20 s: memory of all its processes', `${Math.round(bytes / 1024 / 1024)} MiB`);
    }
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  }
}
