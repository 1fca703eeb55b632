import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { AccessMemory } from './access-memory.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

it('takes little memory for credentials that are made up, however long they are', async () => {
  const memory = new AccessMemory();
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  for (let at = 0; at < 5000; at += 1) {
    const header = `Bearer mcm_${at}_${'x'.repeat(15_000)}`;
    await memory.of(header.slice('Bearer '.length), () => Promise.resolve(null));
  }
  collectGarbage();
  // Kept as they came they would take 75 MB; what else the process does counts, too.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000);
  expect(await memory.of('another', () => Promise.resolve(null))).toBeNull();
});

it('asks again after a failure', async () => {
  const memory = new AccessMemory();
  await expect(memory.of('key', () => Promise.reject(new Error('no database')))).rejects.toThrow(
    'no database',
  );
  expect(await memory.of('key', () => Promise.resolve(null))).toBeNull();
});
