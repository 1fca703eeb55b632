import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { spawnSource } from '@mcm/testing';
import type { WorkerProcess } from '../src/contract-suite/index.js';

/** Starts `worker-process.ts` on a store; resolves when it takes jobs. */
export async function startWorkerProcess(
  driver: 'postgres' | 'redis',
  options: object,
): Promise<WorkerProcess> {
  const child = spawnSource(new URL('./worker-process.ts', import.meta.url), {
    args: [driver, JSON.stringify(options)],
  });
  const gone = once(child, 'exit');
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error('The worker process ended too early; see its output above');
    return value;
  };
  expect(await next()).toBe('ready');
  return {
    busy: next(),
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
