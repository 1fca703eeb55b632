import { matchLogContract } from '../../contract-suite/index.js';
import { MemoryMatches, MemoryMatchLog } from './index.js';

matchLogContract('memory', async ({ maxBytes }) => {
  const matches = new MemoryMatches(maxBytes);
  return {
    open: async () => new MemoryMatchLog(matches),
    lose: async () => matches.lose(),
    remove: async () => undefined,
  };
});

describe('MemoryMatchLog', () => {
  it('makes no text where no handle would read it', async () => {
    const log = new MemoryMatchLog();
    await log.exchange();
    await log.exchange(() => {
      throw new Error('not expected to be called');
    });
    expect(await log.status()).toMatchObject({ batches: 0, bytes: 0, server: null });
  });

  it('forgets what all handles have read', async () => {
    const matches = new MemoryMatches();
    const [a, b] = [new MemoryMatchLog(matches), new MemoryMatchLog(matches)];
    await Promise.all([a.exchange(), b.exchange()]);
    for (let i = 0; i < 100; i += 1) {
      await a.exchange(() => 'x');
      await b.exchange();
    }
    expect((await a.status()).batches).toBeLessThan(3);
  });
});
