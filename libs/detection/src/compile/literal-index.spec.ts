import fc from 'fast-check';
import { fold } from './fold.js';
import { GramStatistics } from './gram-statistics.js';
import { LiteralIndex, type LiteralPlace, type Payload } from './literal-index.js';
import { TextTrie } from './text-trie.js';

const unit = fc.constantFrom('a', 'b', 'A', '.', '\\', 'e', 'x', 'é', 'Σ', 'ж', '😀', 'ſ', '0');
const literal = fc.string({ unit, minLength: 1, maxLength: 7 }).map(fold);
const place = fc.constantFrom<LiteralPlace>('anywhere', 'start', 'end');

const stands = (text: string, sought: string, where: LiteralPlace): boolean => {
  switch (where) {
    case 'anywhere':
      return text.includes(sought);
    case 'start':
      return text.startsWith(sought);
    case 'end':
      return text.endsWith(sought);
  }
};

describe('a literal index', () => {
  it('finds exactly the literals that a text holds, whether the text is folded or not', () => {
    let found = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(literal, place), { minLength: 1, maxLength: 40 }),
        fc.array(fc.oneof(fc.nat(), fc.string({ unit, maxLength: 3 })), { maxLength: 8 }),
        fc.boolean(),
        (sought, pieces, counted) => {
          // Some of the literals, in capitals here and there, between other characters.
          const raw = pieces
            .map((piece, i) => {
              if (typeof piece === 'string') return piece;
              const [text] = sought[piece % sought.length]!;
              return i % 2 === 0 ? text : text.toUpperCase();
            })
            .join('');
          const statistics = new GramStatistics();
          for (const [text] of sought) statistics.add(text);
          const index = new LiteralIndex(
            sought.map(([text, where], number) => ({ text, place: where, payload: [number] })),
            counted ? statistics : undefined,
          );
          const text = fold(raw);
          const expected = [...sought.keys()].filter((number) => stands(text, ...sought[number]!));
          const numbers = (payloads: Payload[]) => [...new Set(payloads.flat())].sort((a, b) => a - b);
          const folded: Payload[] = [];
          index.scan(text, folded);
          expect(numbers(folded)).toEqual(expected);
          const unfolded: Payload[] = [];
          index.scanUnfolded(raw, unfolded);
          expect(numbers(unfolded)).toEqual(expected);
          expect(index.has(text)).toBe(expected.length > 0);
          found += expected.length;
        },
      ),
      { numRuns: 500 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it('copes with texts of a million characters', () => {
    const index = new LiteralIndex([{ text: 'needle', place: 'anywhere', payload: [1] }], undefined);
    const found: Payload[] = [];
    index.scanUnfolded(`${'Need'.repeat(250_000)}NEEDLE`, found);
    expect(found).toEqual([[1]]);
  });
});

describe('a trie', () => {
  it('tells whether a text begins or ends with one of its literals', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit, maxLength: 4 }), { maxLength: 20 }),
        fc.string({ unit, maxLength: 6 }),
        (literals, text) => {
          expect(new TextTrie(literals, false).matches(text)).toBe(
            literals.some((each) => text.startsWith(each)),
          );
          expect(new TextTrie(literals, true).matches(text)).toBe(
            literals.some((each) => text.endsWith(each)),
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});
