import { GatheredWork } from './gathered-work.js';

/** Work whose end the test decides. */
function controlled() {
  const writes: { items: readonly string[]; end: () => void; fail: (error: Error) => void }[] = [];
  const grouped = new GatheredWork<string>(
    (items) => new Promise((end, fail) => writes.push({ items, end, fail })),
  );
  return { writes, grouped };
}

describe('GatheredWork', () => {
  it('begins immediately when idle, and runs later work together and in order', async () => {
    const { writes, grouped } = controlled();
    const first = grouped.add('a');
    const others = [grouped.add('b'), grouped.add('c')];
    expect(writes.map(({ items }) => items)).toEqual([['a']]);
    writes[0]!.end();
    await first;
    expect(writes.map(({ items }) => items)).toEqual([['a'], ['b', 'c']]);
    writes[1]!.end();
    await Promise.all(others);
    const last = grouped.add('d');
    expect(writes[2]!.items).toEqual(['d']);
    writes[2]!.end();
    await last;
  });

  it('tells only those of a failed group, and goes on', async () => {
    const { writes, grouped } = controlled();
    const first = grouped.add('a');
    const second = grouped.add('b');
    writes[0]!.fail(new Error('disk full'));
    await expect(first).rejects.toThrow('disk full');
    writes[1]!.end();
    await second;
  });
});
