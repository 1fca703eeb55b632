import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createDetector,
  loadRules,
  type DetectorEvent,
  type DetectorOptions,
  type RuleSet,
} from '@mcm/detection';
import { loadSigmaHq, readRuleFiles } from '@mcm/rules';
import { generateEvents } from '@mcm/simulator';
import { figure } from './report.js';

const OWN_RULES = join(fileURLToPath(import.meta.url), '../../../rules');
const DAY = 24 * 3_600_000;
const START = Date.UTC(2026, 0, 1);
const BATCH = 500;
const GROUPS = 10_000;

/** An event without identity and time, to be repeated. */
type Sample = Pick<DetectorEvent, 'data' | 'logsource'>;

/** Seconds of processor time that something took. */
function processorTime(run: () => void): number {
  const began = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
}

/** So many events, a millisecond apart, each an object of its own as events are that were just parsed. */
function repeated(samples: readonly Sample[], count: number): DetectorEvent[] {
  const texts = samples.map(({ data }) => JSON.stringify(data));
  return Array.from({ length: count }, (_, i) => ({
    id: `e${i}`,
    time: START + i,
    logsource: samples[i % samples.length]!.logsource,
    data: JSON.parse(texts[i % texts.length]!) as object,
  }));
}

/** Events per second of processor time, after a first pass over some of them. */
function speed(rules: RuleSet, events: readonly DetectorEvent[], options: DetectorOptions = {}): number {
  const detector = createDetector(rules, options);
  for (const event of events.slice(0, Math.min(2000, events.length))) detector.process(event);
  return (
    events.length /
    processorTime(() => {
      for (const event of events) detector.process(event);
    })
  );
}

const perSecond = (value: number): string => `${Math.round(value)}/s`;

/** The events in the tests of rules over single events, with the log source that their rule is for. */
function testEvents(rules: RuleSet): Sample[] {
  const samples: Sample[] = [];
  for (const { custom, logsource } of rules.rules) {
    const { tests } = custom;
    if (logsource === undefined || !Array.isArray(tests)) continue;
    for (const test of tests as { events: object[] }[]) {
      for (const data of test.events) samples.push({ data, logsource });
    }
  }
  return samples;
}

async function ownRules(): Promise<RuleSet> {
  return loadRules(await readRuleFiles([OWN_RULES])).rules;
}

/** What the product's own packs cost. */
function benchOwnPacks(rules: RuleSet): void {
  const mix = repeated(testEvents(rules), 40_000);
  const indexed = speed(rules, mix);
  figure(
    `own packs, ${rules.size} rules, the events of their tests`,
    perSecond(indexed),
    `${(indexed / speed(rules, mix.slice(0, 4000), { index: false, route: false })).toFixed(1)} times evaluating rule by rule`,
  );
  const logsource = rules.rules.find(({ path }) => path.includes('/core/'))?.logsource;
  const events = generateEvents({ count: 60_000, from: START, to: START + 30 * DAY, seed: 1 }).map(
    (event, i): DetectorEvent => ({
      id: `e${i}`,
      time: Date.parse(event.timestamp),
      receivedAt: START + 31 * DAY,
      data: { ...event.raw_data, ...event },
      ...(logsource === undefined ? {} : { logsource }),
    }),
  );
  const detector = createDetector(rules);
  const seconds = processorTime(() => {
    for (let i = 0; i < events.length; i += BATCH) detector.processBatch(events.slice(i, i + BATCH));
  });
  figure(
    'own packs, synthetic events of a month, in batches',
    perSecond(events.length / seconds),
    `${((seconds * 1e6) / events.length).toFixed(1)} µs each`,
  );
}

/** Twenty correlations of five kinds over five rules. */
function twentyCorrelations(): RuleSet {
  const rule = (n: number): string =>
    `title: r${n}\nname: r${n}\nlogsource: { product: bench }\ndetection:\n  s: { type: t${n} }\n  condition: s\n`;
  const correlation = (n: number): string => {
    const [a, b, c] = [n % 5, (n + 1) % 5, (n + 2) % 5];
    const shapes = [
      `type: event_count\n  rules: [r${a}]\n  timespan: ${10 + n}m\n  condition: { gte: ${100 + n * 10} }`,
      `type: value_count\n  rules: [r${a}]\n  timespan: ${10 + n}m\n  condition: { field: ip, gte: ${100 + n} }`,
      `type: value_sum\n  rules: [r${a}]\n  timespan: ${10 + n}m\n  condition: { field: bytes, gt: 100000000 }`,
      `type: temporal\n  rules: [r${a}, r${b}, r${c}]\n  timespan: ${10 + n}s`,
      `type: temporal_ordered\n  rules: [r${a}, r${b}, r${c}]\n  timespan: ${10 + n}s`,
    ];
    return `title: c${n}\nname: c${n}\ncorrelation:\n  ${shapes[n % 5]!}\n  group-by: [user]\n`;
  };
  const text = [
    ...Array.from({ length: 5 }, (_, n) => rule(n)),
    ...Array.from({ length: 20 }, (_, n) => correlation(n)),
  ].join('---\n');
  return loadRules([{ path: 'bench.yml', text }]).rules;
}

function* matching(count: number, groups: number, milliseconds: number): Generator<DetectorEvent> {
  let state = 12_345;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let i = 0; i < count; i += 1) {
    yield {
      id: `event-${i}`,
      time: START + Math.floor((i * milliseconds) / count),
      logsource: { product: 'bench' },
      data: {
        type: `t${random(5)}`,
        user: `user${random(groups)}`,
        ip: `10.0.0.${random(250)}`,
        bytes: random(1000),
      },
    };
  }
}

/** Matching events through correlations: spread over many groups, and all in one. */
function benchCorrelations(): void {
  const rules = twentyCorrelations();
  const rateOf = (events: readonly DetectorEvent[]): number => {
    const detector = createDetector(rules);
    return (
      events.length /
      processorTime(() => {
        for (let i = 0; i < events.length; i += BATCH) detector.processBatch(events.slice(i, i + BATCH));
      })
    );
  };
  const spread = [...matching(300_000, GROUPS, 25 * 60_000)];
  rateOf(spread.slice(0, 50_000));
  const many = rateOf(spread);
  figure(`20 correlations, ${GROUPS} groups, events that match`, perSecond(many));
  const one = rateOf([...matching(100_000, 1, 3_600_000)]);
  figure(
    '20 correlations, one group of 100,000 in an hour',
    perSecond(one),
    `${(one / many).toFixed(2)} of the rate of many groups`,
  );
}

/** A checkout of the SigmaHQ repository: load time, memory, and evaluation of its recorded attacks and of cloud events. */
async function benchSigmaHq(checkout: string, own: RuleSet): Promise<void> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const began = process.cpuUsage();
  const started = performance.now();
  const { rules, cases } = await loadSigmaHq(checkout);
  createDetector(rules).process({ id: 'first', data: {} });
  const { user, system } = process.cpuUsage(began);
  const loading = (performance.now() - started) / 1000;
  const processor = (user + system) / 1e6;
  figure(
    `${rules.size} SigmaHQ rules: read, loaded, compiled`,
    `${loading.toFixed(1)} s`,
    `${processor.toFixed(1)} s of processor time, ${Math.round((process.memoryUsage.rss() - before) / 2 ** 20)} MiB more than before`,
  );
  const samples: Sample[] = [...cases.flatMap(({ events }) => events), ...testEvents(own)];
  const events = repeated(samples, 20_000);
  const routed = speed(rules, events);
  const unrouted = speed(rules, events.slice(0, 10_000), { route: false });
  const byRule = speed(rules, events.slice(0, 400), { route: false, index: false });
  figure(
    '… recorded attacks and cloud events, routed',
    perSecond(routed),
    `${(routed / byRule).toFixed(0)} times evaluating rule by rule`,
  );
  figure(
    '… the same, every rule tried',
    perSecond(unrouted),
    `${(unrouted / byRule).toFixed(0)} times (rule by rule: ${perSecond(byRule)})`,
  );
}

/** The detection engine alone, on one core; rates are per second of processor time. */
export async function benchDetection(checkout: string | undefined): Promise<void> {
  const own = await ownRules();
  benchOwnPacks(own);
  benchCorrelations();
  if (checkout === undefined) {
    process.stdout.write('No SigmaHQ rules were measured: name a checkout with --rules DIR\n');
  } else {
    await benchSigmaHq(checkout, own);
  }
}
