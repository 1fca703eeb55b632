import fc from 'fast-check';
import { BLOCK_SIZE } from './block-sequence.js';
import { SortedNumbers } from './sorted-numbers.js';

/** Puts numbers in, takes them out and forgets the lowest, as often as it takes to split and empty blocks. */
const steps = fc.array(
  fc.record({
    what: fc.constantFrom('add', 'add', 'add', 'delete', 'drop'),
    value: fc.integer({ min: 0, max: 50 }),
    times: fc.integer({ min: 1, max: BLOCK_SIZE }),
  }),
  { maxLength: 40 },
);

describe('a sorted list in blocks', () => {
  it('is the same as an array, whatever is put in, taken out and dropped', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const list = new SortedNumbers();
        let plain: number[] = [];
        for (const { what, value, times } of all) {
          if (what === 'drop') {
            list.dropBefore(list.find((other) => other >= value));
            plain = plain.filter((other) => other >= value);
          }
          for (let i = 0; what === 'add' && i < times; i += 1) {
            const added = (value * 31 + i * 17) % 101;
            list.add(added);
            plain.push(added);
          }
          plain.sort((a, b) => a - b);
          if (what === 'delete' && plain.length > 0) {
            const [gone] = plain.splice(value % plain.length, 1);
            list.delete(gone!);
          }
          expect([...list]).toEqual(plain);
          expect(list.size).toBe(plain.length);
          expect(list.first).toBe(plain[0]);
          expect(list.last).toBe(plain.at(-1));
          expect(list.nth(value)).toBe(plain[value]);
          expect(list.count(value)).toBe(plain.filter((other) => other === value).length);
          expect(list.below(value)).toBe(plain.filter((other) => other < value).at(-1) ?? -Infinity);
          expect(list.atMost(value)).toBe(plain.filter((other) => other <= value).at(-1) ?? -Infinity);
          expect(list.above(value)).toBe(plain.find((other) => other > value) ?? Infinity);
          expect(list.atLeast(value)).toBe(plain.find((other) => other >= value) ?? Infinity);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('knows the way between places', () => {
    const list = new SortedNumbers();
    for (let i = 0; i < BLOCK_SIZE * 5; i += 1) list.add((i * 769) % (BLOCK_SIZE * 5));
    list.dropBefore(list.find((value) => value >= 10));
    let rank = 0;
    for (let at = list.begin; at < list.end; at = list.next(at)) {
      expect(list.at(at)).toBe(rank + 10);
      expect(list.rank(at)).toBe(rank);
      expect(list.addressOf(rank)).toBe(at);
      expect(list.back(at, rank)).toBe(list.begin);
      expect(list.back(at, rank + 1)).toBeUndefined();
      if (rank > 0) expect(list.next(list.previous(at))).toBe(at);
      rank += 1;
    }
    expect(list.between(list.begin, list.end)).toBe(rank);
    expect(list.size).toBe(rank);
  });
});
