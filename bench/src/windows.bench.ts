import { createDetector, loadRules, type Detector, type DetectorEvent } from '@mcm/detection';
import { figure } from './report.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2003, 4, 5);
/** Events of the one group in an hour, and how many of them come in a batch. Under load batches are large. */
const LOADS = [
  { size: 10_000, batch: 500 },
  { size: 10_000, batch: 20 },
  { size: 100_000, batch: 500 },
] as const;
/** Seconds of processor time after which a case is given up. */
const PATIENCE = 10;

/** A correlation over the events of the rules `a` and `b`. */
interface Shape {
  readonly name: string;
  readonly correlation: string;
}

const shape = (name: string, ...lines: string[]): Shape => ({
  name,
  correlation: ['rules: [a, b]', 'timespan: 1h', ...lines].map((line) => `  ${line}`).join('\n'),
});

/** Every way of evaluating, where windows fire all the time and where they never do. */
const SHAPES: readonly Shape[] = [
  shape('event_count, fires', 'type: event_count', 'condition: { gte: 300 }'),
  shape('event_count, silent', 'type: event_count', 'condition: { gte: 10000000 }'),
  shape('event_count in a range', 'type: event_count', 'condition: { gte: 300, lt: 3000 }'),
  shape('value_count, fires', 'type: value_count', 'condition: { field: user, gte: 20 }'),
  shape('value_count, silent', 'type: value_count', 'condition: { field: few, gte: 20 }'),
  shape('value_count of many, silent', 'type: value_count', 'condition: { field: user, gte: 500 }'),
  shape('temporal, fires', 'type: temporal'),
  shape('temporal, silent', 'type: temporal', 'rules: [a, b, never]'),
  shape('temporal_ordered, fires', 'type: temporal_ordered'),
  shape('temporal_ordered, silent', 'type: temporal_ordered', 'rules: [a, b, never]'),
  shape('value_sum, fires', 'type: value_sum', 'condition: { field: amount, gt: 1000 }'),
  shape('value_sum, silent', 'type: value_sum', 'condition: { field: amount, gt: 1000000000 }'),
  shape('value_avg, fires', 'type: value_avg', 'condition: { field: amount, gt: 40 }'),
  shape('value_avg, silent', 'type: value_avg', 'condition: { field: amount, gt: 90 }'),
  shape(
    'value_percentile, fires',
    'type: value_percentile',
    'condition: { field: amount, percentile: 95, gt: 80 }',
  ),
  shape(
    'value_percentile, silent',
    'type: value_percentile',
    'condition: { field: amount, percentile: 95, gt: 99 }',
  ),
  shape('absence, answered', 'type: absence'),
  shape('absence, unanswered', 'type: absence', 'rules: [a, never]'),
];

type Order = 'in order' | 'reversed' | 'random';

/** The correlations' detector. Later lines of a shape replace earlier ones of the same name. */
function detectorFor(shapes: readonly Shape[], more = ''): Detector {
  const rule = (name: string): string =>
    `title: ${name}\nname: ${name}\nlogsource: { product: test }\ndetection:\n  s: { ${name}: 1 }\n  condition: s\n`;
  const text = [
    ...['a', 'b', 'never'].map(rule),
    ...shapes.map(({ name, correlation }, number) => {
      const lines = new Map(correlation.split('\n').map((line) => [line.split(':')[0], line]));
      return `title: ${name}\nname: c${number}\nlevel: high\ncorrelation:\n${[...lines.values()].join('\n')}${more}\n`;
    }),
  ].join('---\n');
  const { rules, problems } = loadRules([{ path: 'bench.yml', text }]);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return createDetector(rules);
}

/** Numbers that are the same in every run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Events within a stretch of time: every third is an answer, one in four hundred has a rare user. */
function* events(count: number, span: number, order: Order, offset = 0): Generator<DetectorEvent> {
  const random = numbers(count);
  const places = Float64Array.from({ length: count }, (_, i) => i);
  if (order === 'reversed') places.reverse();
  if (order === 'random') {
    for (let i = count - 1; i > 0; i -= 1) {
      const j = Math.floor(random() * (i + 1));
      [places[i], places[j]] = [places[j]!, places[i]!];
    }
  }
  for (const place of places) {
    const data = {
      [place % 3 === 0 ? 'b' : 'a']: 1,
      user: `u${Math.floor(random() * 400)}`,
      few: `f${Math.floor(random() * 4)}`,
      amount: Math.floor(random() * 100),
      group: `g${Math.floor(random() * 10_000)}`,
    };
    yield {
      id: `e${offset + place}`,
      time: START + Math.floor((place * span) / count),
      receivedAt: START + 2 * DAY + offset + place,
      data,
    };
  }
}

/**
 * Microseconds of processor time per event; Infinity when it was given up.
 *
 * @param decided whether arrival time passes in the end, so that what waits for late events is part of the cost
 */
function feed(detector: Detector, stream: Iterable<DetectorEvent>, batch: number, decided = false): number {
  const began = process.cpuUsage();
  const seconds = (): number => {
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1e6;
  };
  let count = 0;
  let waiting: DetectorEvent[] = [];
  for (const event of stream) {
    waiting.push(event);
    count += 1;
    if (waiting.length < batch) continue;
    detector.processBatch(waiting);
    waiting = [];
    if (seconds() > PATIENCE) return Infinity;
  }
  detector.processBatch(waiting);
  if (decided) detector.advance(START + 60 * DAY);
  return (seconds() * 1e6) / count;
}

const micros = (value: number): string => (value === Infinity ? 'given up' : `${value.toFixed(1)} µs`);

/** What an event costs when it arrives late, by the way of evaluating, the order of arrival and the size of the group. */
export async function benchWindows(names: readonly string[] = []): Promise<void> {
  for (const each of SHAPES) {
    if (names.length > 0 && !names.some((name) => each.name.includes(name))) continue;
    for (const order of ['in order', 'reversed', 'random'] as const) {
      const costs: number[] = [];
      for (const { size, batch } of LOADS) {
        costs.push(feed(detectorFor([each]), events(size, HOUR, order), batch, true));
      }
      figure(
        `${LOADS.map(({ size, batch }) => `${size / 1000}k by ${batch}`).join(', ')}; ${each.name}, ${order}`,
        micros(costs[0]!),
        costs.slice(1).map(micros).join(', '),
      );
    }
  }
  if (names.length > 0 && !names.includes('pipeline')) return;
  const monthly = detectorFor([shape('busy', 'type: event_count', 'rules: [a]', 'condition: { gt: 300 }')]);
  const first = feed(monthly, events(100_000, 30 * DAY, 'in order'), 500);
  const again = feed(monthly, events(100_000, 30 * DAY, 'in order', 1_000_000), 500);
  figure('a month of events into one group', micros(first), `once more: ${micros(again)}`);
  const shuffled = detectorFor([shape('busy', 'type: event_count', 'condition: { gt: 300 }')]);
  figure(
    'a million events of a month in random order',
    micros(feed(shuffled, events(1_000_000, 30 * DAY, 'random'), 500)),
  );
  const usual = SHAPES.filter(({ name }) => name.includes('fires'));
  const many = detectorFor([...usual, ...usual], '\n  group-by: [group]');
  const before = memory();
  const cost = feed(many, events(200_000, HOUR, 'in order'), 500);
  const { groups, entries } = many.stats();
  figure(
    `${usual.length * 2} correlations, ${groups} groups, ${entries} entries, in order`,
    micros(cost),
    `${Math.round((memory() - before) / 2 ** 20)} MiB`,
  );
}

function memory(): number {
  (globalThis as { gc?: () => void }).gc?.();
  return process.memoryUsage().heapUsed;
}
