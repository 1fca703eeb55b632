import fc from 'fast-check';
import type { MatchLog } from '../match-log.js';

/** An empty log for one test. */
export interface MatchLogStore {
  /** Another handle on the log. */
  open(): Promise<MatchLog>;
  /** Lets the log lose its memory. */
  lose(): Promise<void>;
  /** Removes the log; every handle is closed. */
  remove(): Promise<void>;
}

/** Every promise of the {@link MatchLog} port, for any driver. To be called inside a test file. */
export function matchLogContract(
  driver: string,
  createStore: (options: { maxBytes?: number }) => Promise<MatchLogStore>,
): void {
  describe(`MatchLog on ${driver}`, () => {
    const opened: MatchLog[] = [];
    const stores: MatchLogStore[] = [];

    async function newLog(options: { maxBytes?: number } = {}) {
      const store = await createStore(options);
      stores.push(store);
      const open = async (): Promise<MatchLog> => {
        const log = await store.open();
        opened.push(log);
        return log;
      };
      /** Handles that have missed nothing since they were opened. */
      const attach = async (): Promise<MatchLog> => {
        const log = await open();
        expect(await readAll(log)).toMatchObject({ missed: true });
        return log;
      };
      return { store, open, attach };
    }
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((log) => log.close()));
      await Promise.all(stores.splice(0).map((store) => store.remove()));
    });

    /** Calls until everything has been read and the text, if any, has been appended. */
    async function readAll(log: MatchLog, own?: string): Promise<{ others: string[]; missed: boolean }> {
      const others: string[] = [];
      for (;;) {
        const exchange = await log.exchange(own === undefined ? undefined : () => own);
        others.push(...exchange.others);
        if (exchange.done) return { others, missed: exchange.missed };
      }
    }

    it('says at first that it does not know what was before', async () => {
      const { open } = await newLog();
      const log = await open();
      expect(await log.exchange()).toEqual({ others: [], missed: true, done: true });
      expect(await log.exchange()).toEqual({ others: [], missed: false, done: true });
    });

    it('gives others what one appended, once, and in order', async () => {
      const { attach } = await newLog();
      const [a, b] = [await attach(), await attach()];
      expect(await readAll(a, 'a1')).toEqual({ others: [], missed: false });
      expect(await readAll(a, 'a2')).toEqual({ others: [], missed: false });
      expect(await readAll(b, 'b1')).toEqual({ others: ['a1', 'a2'], missed: false });
      expect(await readAll(b)).toEqual({ others: [], missed: false });
      expect(await readAll(a)).toEqual({ others: ['b1'], missed: false });
    });

    it('appends nothing when it is only asked to read', async () => {
      const { attach } = await newLog();
      const [a, b] = [await attach(), await attach()];
      await readAll(a);
      expect(await readAll(b)).toEqual({ others: [], missed: false });
    });

    it('begins for a new handle with what comes after it', async () => {
      const { attach } = await newLog();
      const [a, b] = [await attach(), await attach()];
      await readAll(a, 'before');
      const c = await attach();
      await readAll(b, 'after');
      expect(await readAll(c)).toEqual({ others: ['after'], missed: false });
    });

    it('appends with the first call too', async () => {
      const { open, attach } = await newLog();
      const a = await attach();
      const b = await open();
      expect(await b.exchange(() => 'b1')).toEqual({ others: [], missed: true, done: true });
      expect(await readAll(a)).toEqual({ others: ['b1'], missed: false });
      expect(await readAll(b)).toEqual({ others: [], missed: false });
    });

    it('carries any text', async () => {
      const { attach } = await newLog();
      const [a, b] = [await attach(), await attach()];
      const texts = ['{"a":"é\\u0000\\ud800 😀 \r\n"}', ' ', 'x'.repeat(300_000)];
      for (const text of texts) await readAll(a, text);
      expect(await readAll(b)).toEqual({ others: texts, missed: false });
    });

    it('lets a reader that fell behind read on, however many batches there are', async () => {
      const { attach } = await newLog();
      const [a, b] = [await attach(), await attach()];
      const texts = Array.from({ length: 500 }, (_, i) => `a${i}`);
      for (const text of texts) await readAll(a, text);
      expect(await readAll(b, 'b')).toEqual({ others: texts, missed: false });
      expect(await readAll(a)).toEqual({ others: ['b'], missed: false });
    });

    it('keeps to its size, and tells those who wanted what is gone', async () => {
      const { attach } = await newLog({ maxBytes: 1_000 });
      const [a, b, c] = [await attach(), await attach(), await attach()];
      for (let i = 0; i < 9; i += 1) await readAll(a, `${i}`.repeat(100));
      expect(await readAll(b)).toMatchObject({ missed: false });
      for (let i = 0; i < 9; i += 1) await readAll(a, `${i}`.repeat(100));
      const { bytes, maxBytes, batches } = await a.status();
      expect(maxBytes).toBe(1_000);
      expect(bytes).toBeLessThanOrEqual(1_000);
      expect(bytes).toBe(batches * 100);
      expect(await readAll(c)).toEqual({ others: [], missed: true });
      expect(await readAll(b)).toMatchObject({ missed: false });
      await readAll(a, 'next');
      expect(await readAll(c)).toEqual({ others: ['next'], missed: false });
    });

    it('says how far a handle is behind', async () => {
      const { attach } = await newLog();
      const [a, b] = [await attach(), await attach()];
      for (let i = 0; i < 3; i += 1) await readAll(a, `${i}`);
      expect(await a.status()).toMatchObject({ behind: 0 });
      expect(await b.status()).toMatchObject({ behind: 3, batches: 3 });
      await readAll(b);
      expect(await b.status()).toMatchObject({ behind: 0 });
    });

    it('passes on a batch that is larger than all of the log', async () => {
      const { attach } = await newLog({ maxBytes: 100 });
      const [a, b] = [await attach(), await attach()];
      await readAll(a, 'x'.repeat(1_000));
      expect((await readAll(b)).others).toEqual(['x'.repeat(1_000)]);
    });

    it('tells all handles when it lost its memory', async () => {
      const { store, attach } = await newLog();
      const [a, b] = [await attach(), await attach()];
      await readAll(a, 'a1');
      await store.lose();
      expect(await readAll(a, 'a2')).toEqual({ others: [], missed: true });
      expect(await readAll(b)).toEqual({ others: [], missed: true });
      await readAll(a, 'a3');
      expect(await readAll(b)).toEqual({ others: ['a3'], missed: false });
    });

    it('does one call after the other', async () => {
      const { attach } = await newLog();
      const [a, b] = [await attach(), await attach()];
      const texts = Array.from({ length: 20 }, (_, i) => `a${i}`);
      await Promise.all(texts.map((text) => a.exchange(() => text)));
      expect(await readAll(b)).toEqual({ others: texts, missed: false });
      expect(await readAll(a)).toEqual({ others: [], missed: false });
    });

    it('is the same order for all, whatever they do at the same time', async () => {
      const step = fc.record({ handle: fc.nat(2), appends: fc.boolean() });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          const { attach } = await newLog();
          const seen: string[][] = [[], [], []];
          const handles = [await attach(), await attach(), await attach()];
          await Promise.all(
            steps.map(async ({ handle, appends }, i) => {
              const text = `${i}`;
              const { others } = await handles[handle]!.exchange(appends ? () => text : undefined);
              seen[handle]!.push(...others, ...(appends ? [text] : []));
            }),
          );
          for (const [i, log] of handles.entries()) seen[i]!.push(...(await readAll(log)).others);
          expect(seen[1]).toEqual(seen[0]);
          expect(seen[2]).toEqual(seen[0]);
          expect([...seen[0]!].sort()).toEqual(
            steps.flatMap(({ appends }, i) => (appends ? [`${i}`] : [])).sort(),
          );
        }),
        { numRuns: 20 },
      );
    });

    it('says how full it is', async () => {
      const { attach } = await newLog();
      const [a] = [await attach(), await attach()];
      expect(await a.status()).toMatchObject({ batches: 0, bytes: 0 });
      await readAll(a, 'four');
      expect(await a.status()).toMatchObject({ batches: 1, bytes: 4 });
    });

    it('refuses calls after it was closed', async () => {
      const { attach } = await newLog();
      const log = await attach();
      await log.close();
      await expect(log.exchange()).rejects.toMatchObject({ kind: 'unavailable', code: 'MATCH_LOG.CLOSED' });
    });
  });
}
