import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export interface SourceProcessOptions {
  args?: readonly string[];
  /** Added to the environment of this process. */
  env?: NodeJS.ProcessEnv;
  /** Leads a process group of its own, to which signals can be sent. */
  detached?: boolean;
}

/**
 * Runs a TypeScript file of the workspace as a process of its own, from sources, with pipes for input, output and
 * errors. For tests that kill a process at a bad moment.
 */
export function spawnSource(
  file: string | URL,
  { args = [], env = {}, detached = false }: SourceProcessOptions = {},
): ChildProcessByStdio<Writable, Readable, Readable> {
  const loader = new URL('../runner/typescript-sources.mjs', import.meta.url).href;
  const path = file instanceof URL || file.startsWith('file:') ? fileURLToPath(file) : file;
  return spawn(
    process.execPath,
    ['--conditions=mcm-source', '--enable-source-maps', '--import', loader, path, ...args],
    { env: { ...process.env, NODE_OPTIONS: '', ...env }, stdio: ['pipe', 'pipe', 'pipe'], detached },
  );
}
