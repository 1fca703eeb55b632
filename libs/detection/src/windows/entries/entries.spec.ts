import fc from 'fast-check';
import { Entries, type Entry } from './entries.js';
import { EntryLayout } from './entry-layout.js';
import { EntryPages } from './entry-pages.js';

const GROUPS = 5;

/** Entries come to some groups, and go from them, as often as it takes to fill and empty pages of all sizes. */
const steps = fc.array(
  fc.record({
    what: fc.constantFrom('add', 'add', 'add', 'remove', 'drop'),
    group: fc.nat({ max: GROUPS - 1 }),
    time: fc.integer({ min: 0, max: 50 }),
    times: fc.integer({ min: 1, max: 100 }),
  }),
  { maxLength: 40 },
);

const NEEDS = { mask: true, value: true, texts: false, hits: false, distinct: 0 };

describe('groups that stand in shared pages', () => {
  it.each([false, true])('keep their own entries, and leave nothing behind (onward: %s)', (onward) => {
    fc.assert(
      fc.property(steps, (all) => {
        const pages = new EntryPages(new EntryLayout({ ...NEEDS, onward }));
        const groups = Array.from({ length: GROUPS }, () => new Entries(pages));
        const plain = groups.map((): Entry[] => []);
        for (const [step, { what, group, time, times }] of all.entries()) {
          const entries = groups[group]!;
          if (what === 'add') {
            for (let i = 0; i < times; i += 1) {
              const entry = entryOf((time * 31 + i * 17) % 101, `e${step}-${i}`);
              expect(entries.insert(entry)).toBe('new');
              if (i % 3 === 0) expect(entries.insert(entry)).toBe('known');
              plain[group]!.push(entry);
            }
            entries.settle();
            plain[group]!.sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
          } else if (what === 'remove' && plain[group]!.length > 0) {
            const [gone] = plain[group]!.splice(time % plain[group]!.length, 1);
            entries.remove(entries.find(gone!)!);
          } else if (what === 'drop') {
            entries.dropBefore(entries.lower(time));
            plain[group] = plain[group]!.filter((entry) => entry.time >= time);
          }
          expect(listed(entries)).toEqual(plain[group]!.map(partsOf));
        }
        for (const [i, entries] of groups.entries()) {
          expect(listed(entries)).toEqual(plain[i]!.map(partsOf));
          entries.dropBefore(entries.end);
        }
        expect(pages.size).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

function listed(entries: Entries): unknown[] {
  const all: unknown[] = [];
  for (let i = entries.begin; i < entries.end; i += 1) {
    all.push([entries.time(i), entries.id(i), entries.arrival(i), entries.mask(i), entries.value(i)]);
  }
  return all;
}

function partsOf({ time, id, arrival, mask, value }: Entry): unknown[] {
  return [time, id, arrival, mask, value];
}

function entryOf(time: number, id: string): Entry {
  return {
    time,
    id,
    arrival: time + 0.5,
    mask: 1 << (time % 3),
    value: time % 2 === 0 ? time : `v${time}`,
    texts: undefined,
    start: time,
    origin: undefined,
    onward: undefined,
  };
}
