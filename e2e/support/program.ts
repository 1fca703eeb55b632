import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@mcm/testing';

export const ROOT = join(fileURLToPath(import.meta.url), '../../..');

/** A program of the product as a process of its own. */
export interface Program {
  process: ChildProcess;
  /** Everything that it has printed. */
  output(): string;
  /** Resolves with the exit code when it has ended by itself. */
  ended(): Promise<number | null>;
  /** Asks it to stop; resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** As the kernel does when memory runs out. */
  kill(): Promise<void>;
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

/** Starts a built program, by its path below the workspace. */
export function startProgram(path: string, env: NodeJS.ProcessEnv, args: readonly string[] = []): Program {
  const child = spawn(process.execPath, [join(ROOT, path), ...args], {
    cwd: ROOT,
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  return {
    process: child,
    output: () => output,
    ended: () => ended(child),
    stop: (signal = 'SIGINT') => {
      child.kill(signal);
      return ended(child);
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended(child);
    },
  };
}

/** Waits until a program answers at this address with a good status; throws what it printed when it ends before that. */
export async function untilReady(program: Program, url: string, timeoutMs = 180_000): Promise<void> {
  let over = false;
  const endedEarly = (async () => {
    const code = await ended(program.process);
    if (!over) throw new Error(`The program ended with ${String(code)}:\n${program.output()}`);
  })();
  endedEarly.catch(() => undefined);
  try {
    await Promise.race([eventually(async () => (await fetch(url)).ok, { timeoutMs }), endedEarly]);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${program.output()}`, { cause: error });
  } finally {
    over = true;
  }
}
