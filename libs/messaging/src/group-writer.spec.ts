import { vi } from 'vitest';
import { GroupWriter } from './group-writer.js';

const MAX = 40;

/** A store whose writes the test ends. */
class Store {
  readonly writes: { texts: readonly string[]; end: () => void; fail: (error: Error) => void }[] = [];
  readonly write = (texts: readonly string[]): Promise<void> =>
    new Promise((end, fail) => this.writes.push({ texts, end, fail }));

  get sizes(): number[] {
    return this.writes.map((write) => write.texts.length);
  }
}
/** Lets promises that are settled have their say. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};
const texts = (count: number, prefix = 't'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

describe('GroupWriter', () => {
  let store: Store;
  let writer: GroupWriter;
  beforeEach(() => {
    vi.useFakeTimers();
    store = new Store();
    writer = new GroupWriter({ maxMessages: MAX, write: store.write });
  });
  afterEach(() => vi.useRealTimers());

  it('writes immediately when idle', () => {
    void writer.add(['a']);
    expect(store.writes.map((write) => write.texts)).toEqual([['a']]);
  });

  it('puts what comes during a write together into the next', async () => {
    const adding = [writer.add(['a']), writer.add(['b']), writer.add(['c'])];
    expect(store.sizes).toEqual([1]);
    store.writes[0]!.end();
    await adding[0];
    expect(store.writes[1]!.texts).toEqual(['b', 'c']);
    store.writes[1]!.end();
    await Promise.all(adding);
  });

  it('starts a full write beside a small one, but no third', async () => {
    const adding = [writer.add(['a']), ...[0, 1, 2].map((each) => writer.add(texts(MAX, `${each}-`)))];
    expect(store.sizes).toEqual([1, MAX]);
    store.writes[0]!.end();
    await settle();
    expect(store.sizes).toEqual([1, MAX, MAX]);
    store.writes[1]!.end();
    await settle();
    for (const write of store.writes.slice(2)) write.end();
    await Promise.all(adding);
    expect(store.sizes).toEqual([1, MAX, MAX, MAX]);
  });

  it('divides what is more than one write holds, and resolves when all of it is stored', async () => {
    let stored = false;
    const adding = writer.add(texts(2 * MAX + 3)).then(() => (stored = true));
    expect(store.sizes).toEqual([MAX, MAX]);
    store.writes[0]!.end();
    store.writes[1]!.end();
    await settle();
    expect(store.sizes).toEqual([MAX, MAX, 3]);
    expect(stored).toBe(false);
    store.writes[2]!.end();
    await adding;
    expect(store.writes.flatMap((write) => write.texts)).toEqual(texts(2 * MAX + 3));
  });

  it('divides huge messages by their length', async () => {
    const huge = 'x'.repeat(3 * 1024 * 1024);
    const adding = writer.add([huge, huge, 'small']);
    expect(store.sizes).toEqual([1, 2]);
    for (const write of store.writes) write.end();
    await adding;
  });

  it('tells only those of a failed write, and goes on', async () => {
    const first = writer.add(['a']);
    const second = writer.add(['b']);
    const failed = expect(first).rejects.toThrow('disk full');
    store.writes[0]!.fail(new Error('disk full'));
    await failed;
    store.writes[1]!.end();
    await second;
  });

  it('slows many small writes in a row down to fifty a second, which carry all that came meanwhile', async () => {
    writer = new GroupWriter({ maxMessages: 1_000, write: store.write });
    const adding: Promise<void>[] = [];
    // 500 single messages a second for two seconds, to a store that needs a millisecond.
    for (let now = 0; now < 2_000; now += 2) {
      adding.push(writer.add([`m${now}`]));
      for (const write of store.writes) write.end();
      await vi.advanceTimersByTimeAsync(2);
    }
    for (let turn = 0; turn < 50; turn++) {
      for (const write of store.writes) write.end();
      await vi.advanceTimersByTimeAsync(2);
    }
    await Promise.all(adding);
    expect(store.writes.flatMap((write) => write.texts)).toHaveLength(1_000);
    // Writes of the first burst go out immediately.
    expect(store.writes.length).toBeLessThanOrEqual(25 + 2.1 * 50 + 1);
  });

  it('keeps no more than twenty milliseconds waiting for company', async () => {
    for (let index = 0; index < 25; index++) {
      const adding = writer.add([`burst${index}`]);
      store.writes.at(-1)!.end();
      await adding;
    }
    const late = writer.add(['late']);
    expect(store.writes).toHaveLength(25);
    await vi.advanceTimersByTimeAsync(20);
    expect(store.writes).toHaveLength(26);
    store.writes[25]!.end();
    await late;
  });

  it('flushes what waits for company', async () => {
    for (let index = 0; index < 25; index++) {
      const adding = writer.add([`burst${index}`]);
      store.writes.at(-1)!.end();
      await adding;
    }
    const late = writer.add(['late']);
    const flushing = writer.flush();
    expect(store.writes).toHaveLength(26);
    store.writes[25]!.end();
    await Promise.all([late, flushing]);
  });
});
