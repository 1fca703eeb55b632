import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { spawnSource } from '@mcm/testing';
import type { ConsumerProcess } from '../src/contract-suite/event-bus-store.js';

/** Starts a process of this folder that consumes for ever, and waits until it does. */
export async function startConsumerProcess(file: string, args: readonly string[]): Promise<ConsumerProcess> {
  const child = spawnSource(new URL(file, import.meta.url), { args });
  const gone = once(child, 'exit');
  child.stderr.pipe(process.stderr);
  const said: string[] = [];
  let wake = (): void => undefined;
  createInterface({ input: child.stdout })
    .on('line', (line) => {
      said.push(line);
      wake();
    })
    .on('close', () => wake());
  const next = async (wanted: RegExp): Promise<string> => {
    for (;;) {
      const index = said.findIndex((line) => wanted.test(line));
      if (index >= 0) return said.splice(index, 1)[0]!;
      if (child.exitCode !== null)
        throw new Error('The consumer process ended too early; see its output above');
      await new Promise<void>((resolve) => (wake = resolve));
    }
  };
  await next(/^ready$/);
  return {
    nextBatch: async () => {
      const [size, attempt] = (await next(/^\d+ \d+$/)).split(' ').map(Number);
      return { size: size!, attempt: attempt! };
    },
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
