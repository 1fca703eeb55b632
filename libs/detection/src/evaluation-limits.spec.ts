import { documents, eventRule, rulesOf } from '../test/rules.js';
import { createDetector, EVALUATION_LIMITS, Turn } from './index.js';

/** A text of `a` and `b` in which no state of an expression comes again. */
function mixed(length: number): string {
  let text = '';
  let state = 12_345;
  while (text.length < length) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    text += (state >>> 16) & 1 ? 'a' : 'b';
  }
  return text;
}

const SLOW = eventRule('slow', "s: { f|re: 'a[ab]{900}[^ab]$' }\ncondition: s");
const text = mixed(200_000);
let events = 0;
const event = (data: object) => ({ id: String((events += 1)), time: Date.UTC(2026, 0, 1), data });
const names = (found: readonly { ruleName: string }[]) => found.map(({ ruleName }) => ruleName);

describe('an expression that takes long', () => {
  it('is not tried on more than its budget, and its rule is skipped and counted', () => {
    const detector = createDetector(
      rulesOf(
        documents(
          SLOW,
          eventRule('not', "s: { f|re: 'a[ab]{900}[^ab]$' }\ncondition: not s"),
          eventRule('other', "s: { f|re: 'ba.*x' }\ncondition: s"),
          eventRule('plain', 's: { f|endswith: x }\ncondition: s'),
        ),
      ),
    );
    const begun = performance.now();
    for (let i = 0; i < 3; i += 1)
      expect(names(detector.process(event({ f: `${text}x` })))).toEqual(['other', 'plain']);
    // Three times 0.2 s on a quiet machine; without the budget each takes 7 s.
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(detector.stats().warnings).toEqual([
      expect.stringContaining('The rule slow was not tried on 3 events'),
      expect.stringContaining('The rule not was not tried on 3 events'),
    ]);
    expect([...detector.takeSkipped()]).toEqual([
      ['slow', 3],
      ['not', 3],
    ]);
    expect(detector.takeSkipped().size).toBe(0);
    expect(names(detector.process(event({ f: 'abc' })))).toEqual(['not']);
  });

  it('finds what stands within its budget, unless it looks at the end', () => {
    const long = 'y'.repeat(EVALUATION_LIMITS.expressionUnits);
    const detector = createDetector(
      rulesOf(
        documents(
          eventRule('length', "s: { f|re: '.{1000,}' }\ncondition: s"),
          eventRule('end', "s: { f|re: 'y{900}$' }\ncondition: s"),
        ),
      ),
    );
    expect(names(detector.process(event({ f: long })))).toEqual(['length']);
    expect([...detector.takeSkipped()]).toEqual([['end', 1]]);
  });

  it('does not take the budget of others, until all of the event is used', () => {
    const number = EVALUATION_LIMITS.eventUnits / EVALUATION_LIMITS.expressionUnits + 2;
    const rules = Array.from({ length: number }, (_, i) =>
      eventRule(`slow${i}`, `s: { f|re: 'a[ab]{90${i}}[^ab]$' }\ncondition: s`),
    );
    const detector = createDetector(
      rulesOf(documents(...rules, eventRule('last', "s: { g|re: 'x.*y' }\ncondition: s"))),
    );
    expect(names(detector.process(event({ f: text, g: 'x and y' })))).toEqual([]);
    expect(detector.takeSkipped().size).toBe(number + 1);
    expect(names(detector.process(event({ g: 'x and y' })))).toEqual(['last']);
  });

  it.each<[string, string, object]>([
    [
      'many values',
      "s: { f|re: 'a[ab]{900}[^ab]$' }",
      { f: Array.from({ length: 1_000 }, () => mixed(1_000)) },
    ],
    [
      'a wildcard inside a long text',
      `s: { f: '*${'a'.repeat(9_000)}?${'a'.repeat(9_000)}b*' }`,
      { f: `${'a'.repeat(1_000_000)}cccc${'a'.repeat(9_000)}b` },
    ],
    [
      'many values against many',
      's: { f|fieldref|contains: g }',
      { f: Array(10_000).fill('ab'), g: Array(10_000).fill('ba') },
    ],
  ])('is bounded for %s, too', (_name, selection, data) => {
    const detector = createDetector(rulesOf(eventRule('r', `${selection}\ncondition: s`)));
    const begun = performance.now();
    expect(detector.process(event(data))).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect([...detector.takeSkipped()]).toEqual([['r', 1]]);
  });

  it('leaves the rest of a batch when its turn is over', () => {
    const batch = Array.from({ length: 6 }, () => event({ f: `${text}x` }));
    const rules = rulesOf(documents(SLOW, eventRule('plain', 's: { f|endswith: x }\ncondition: s')));
    const detector = createDetector(rules);
    const found: string[] = [];
    let turns = 0;
    for (let rest = batch; rest.length > 0; turns += 1) {
      const turn = new Turn(1);
      found.push(...names(detector.processBatch(rest, turn)));
      expect(turn.taken).toBeGreaterThan(0);
      rest = rest.slice(turn.taken);
    }
    expect(turns).toBe(6);
    expect(found).toHaveLength(6);
    const ordinary = new Turn(1);
    detector.processBatch(
      Array.from({ length: 2_000 }, () => event({ f: 'abx' })),
      ordinary,
    );
    expect(ordinary.taken).toBe(2_000);
  });
});
