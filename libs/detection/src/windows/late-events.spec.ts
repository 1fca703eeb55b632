import { correlationRule, documents, kindRule, rulesOf } from '../../test/rules.js';
import { createDetector, type DetectorEvent } from '../index.js';

const START = Date.UTC(2003, 4, 5);
const HOUR = 3_600_000;

const event = (second: number, data: object = {}): DetectorEvent => ({
  id: `e${second}`,
  time: START + second * 1000,
  receivedAt: START + HOUR,
  data: { kind: 'a', host: `h${second % 7}`, ...data },
});

const detectorOf = (correlation: string, maxLate: number) =>
  createDetector(rulesOf(documents(kindRule('a'), kindRule('b'), correlationRule('outer', correlation))), {
    maxLate,
  });

/** Never met, and nothing but measuring can tell. */
const SILENT = 'type: value_count\nrules: [a]\ntimespan: 10m\ncondition: { field: host, gte: 8 }';

describe('a late event in a large group', () => {
  /** The first is far from the others, but lets the group have all the values that the condition asks for. */
  const inOrder = [
    event(-3600, { host: 'h8' }),
    ...Array.from({ length: 400 }, (_, second) => event(second * 2)),
  ];

  it('is measured in all windows that it lies in while few entries have to be visited', () => {
    const detector = detectorOf(SILENT, 1000);
    detector.processBatch(inOrder);
    const found = detector.process(event(11, { host: 'h8' }));
    expect(found).toMatchObject([{ ruleName: 'outer', firstSeen: new Date(START) }]);
    expect(detector.stats()).toMatchObject({ lateSkipped: 0, warnings: [] });
  });

  it('is left out of them, counted and warned of beyond the bound, and counts in the newest window', () => {
    const detector = detectorOf(SILENT, 50);
    detector.processBatch(inOrder);
    expect(detector.process(event(211, { host: 'h8' }))).toEqual([]);
    expect(detector.stats()).toMatchObject({ lateSkipped: 1 });
    expect(detector.stats().warnings).toEqual([expect.stringContaining('late events')]);
    expect(detector.process(event(800))).toMatchObject([
      { ruleName: 'outer', lastSeen: new Date(START + 800_000) },
    ]);
    expect(detector.stats()).toMatchObject({ lateSkipped: 1 });
  });

  it('costs nothing of the bound when it comes shortly after its neighbours', () => {
    const detector = detectorOf(SILENT, 50);
    detector.processBatch(inOrder);
    expect(detector.process(event(795, { host: 'h8' }))).toMatchObject([{ ruleName: 'outer' }]);
    expect(detector.stats()).toMatchObject({ lateSkipped: 0 });
  });

  it('does not stop what comes in order, however large the window', () => {
    const detector = detectorOf(SILENT, 50);
    detector.processBatch(inOrder);
    detector.processBatch(
      inOrder.map(({ id, time, ...rest }) => ({ ...rest, id: `${id}x`, time: Number(time) + 900_000 })),
    );
    expect(detector.stats()).toMatchObject({ lateSkipped: 0 });
  });
});

describe('a condition that a late event can undo', () => {
  const AVERAGE = 'type: value_avg\nrules: [a]\ntimespan: 1m\ncondition: { field: n, gte: 5 }';

  it('is decided when the allowed lateness has passed', () => {
    const detector = createDetector(rulesOf(documents(kindRule('a'), correlationRule('outer', AVERAGE))), {
      lateness: '5m',
    });
    const at = (second: number, n: number): DetectorEvent => ({
      id: `e${second}`,
      time: START + second * 1000,
      receivedAt: START + second * 1000,
      data: { kind: 'a', n },
    });
    expect(detector.process(at(10, 9))).toEqual([]);
    // Decisions are put together: a little later than what is allowed to be late.
    expect(detector.due()).toBeGreaterThanOrEqual(START + 310_000);
    expect(detector.due()).toBeLessThan(START + 311_000);
    expect(detector.process({ ...at(5, 0), receivedAt: START + 11_000 })).toEqual([]);
    expect(detector.advance(START + HOUR)).toEqual([]);
    expect(detector.due()).toBe(Infinity);
  });

  it('is left undecided beyond the bound, counted and warned of', () => {
    const text = AVERAGE.replace('1m', '1h');
    const detector = createDetector(rulesOf(documents(kindRule('a'), correlationRule('outer', text))), {
      lateness: '5m',
      maxLate: 50,
    });
    detector.processBatch(
      Array.from({ length: 400 }, (_, second) => event(second * 2, { n: second === 1 ? 5 : 0 })),
    );
    detector.advance(START + 2 * HOUR);
    const late = { ...event(211, { n: 5_000_000 }), receivedAt: START + 2 * HOUR };
    expect(detector.process(late)).toEqual([]);
    expect(detector.advance(START + 3 * HOUR)).toEqual([]);
    expect(detector.stats()).toMatchObject({ lateSkipped: 1 });
    expect(detector.stats().warnings).toEqual([expect.stringContaining('late events')]);
  });

  it('is named again when the answer was lost', () => {
    const detector = createDetector(rulesOf(documents(kindRule('a'), correlationRule('outer', AVERAGE))), {
      lateness: '5m',
    });
    detector.process({ id: '1', time: START, receivedAt: START, data: { kind: 'a', n: 7 } });
    const now = START + 400_000;
    expect(detector.advance(now)).toMatchObject([{ ruleName: 'outer', count: 1 }]);
    expect(detector.advance(now + 1)).toEqual([]);
    expect(detector.advance(now + 2, now)).toMatchObject([{ ruleName: 'outer', count: 1 }]);
  });
});

describe('the same event id', () => {
  const TWICE = 'type: event_count\nrules: [a]\ntimespan: 10m\ncondition: { gte: 2 }';

  it('at the same time is one event, however often it arrives and in which batch', () => {
    const detector = detectorOf(TWICE, 1000);
    expect(detector.processBatch([event(1), event(1)])).toEqual([]);
    expect(detector.process(event(1))).toEqual([]);
  });

  it('at another time is another event', () => {
    const detector = detectorOf(TWICE, 1000);
    detector.process(event(1));
    expect(detector.process({ ...event(2), id: 'e1' })).toMatchObject([
      { ruleName: 'outer', count: 2, eventIds: ['e1', 'e1'] },
    ]);
  });
});
