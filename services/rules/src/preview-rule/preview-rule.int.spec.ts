import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { EventEnvelope, PreviewReport, PreviewRulePayload } from '@mcm/contracts';
import { storeEvents } from '@mcm/persistence/testing';
import { anEnvelope } from '@mcm/testing';
import {
  correlation,
  documents,
  eventRule,
  type RulesWorld,
  rulesWorld,
  threshold,
} from '../../test/running-rules.js';

const MINUTE = 60_000;
const START = Date.parse('2026-01-15T12:00:00.000Z');
const ALL = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' };

let world: RulesWorld;
beforeAll(async () => {
  world = await rulesWorld({
    'a.yml': documents(
      eventRule('login'),
      threshold('many', 'login', 3),
      eventRule('logout'),
      `title: Not bob
id: not_bob
name: not_bob
logsource: { product: mcm }
filter:
  rules: [logout]
  selection: { user: bob }
  condition: not selection
`,
    ),
  });
  world.clock.set(START + 100_000 * MINUTE);
  const iso = (minute: number) => new Date(START + minute * MINUTE).toISOString();
  const event = (event_type: string, user: string, minute: number): EventEnvelope =>
    anEnvelope({
      event_type,
      user,
      event_id: `${event_type} ${user} ${minute}`,
      timestamp: iso(minute),
      received_at: iso(minute),
    });
  const day = 24 * 60;
  await storeEvents(world.database, [
    // alice: two episodes on the first day and one on the third; bob: too few for three.
    ...[0, 1, 2, 200, 201, 202, 203, 2 * day, 2 * day + 1, 2 * day + 2].map((minute) =>
      event('login', 'alice', minute),
    ),
    ...[5, 6].map((minute) => event('login', 'bob', minute)),
    ...[10, 11, 12].map((minute) => event('logout', 'bob', minute)),
    event('logout', 'carol', 13),
  ]);
  await world.start({ previewEvents: 10_000 });
});
afterAll(() => world.close());

const preview = (rule: PreviewRulePayload['rule'], more: Partial<PreviewRulePayload> = {}) =>
  world.run('preview-rule', { rule, ...ALL, ...more });
async function report(...args: Parameters<typeof preview>): Promise<PreviewReport> {
  const result = await preview(...args);
  if (result.outcome !== 'done') throw new Error(JSON.stringify(result));
  return result.report;
}

it('says what a new rule would find: by day, by severity, for whom, and why', async () => {
  const found = await report({ yaml: threshold('new_rule', 'login', 2) });
  expect(found).toMatchObject({
    rules: [{ id: 'new_rule', kind: 'correlation', level: 'high' }],
    findings: 4,
    days: [
      { date: '2026-01-15', count: 3 },
      { date: '2026-01-17', count: 1 },
    ],
    by_severity: { high: 4 },
    top: [
      { name: 'alice', count: 3 },
      { name: 'bob', count: 1 },
    ],
    present: null,
    problems: [],
    warnings: [],
    events: 16,
    cut: null,
    ...ALL,
  });
  expect(found.samples).toHaveLength(4);
  expect(found.samples[0]).toMatchObject({
    description: 'alice: 3',
    event_count: 3,
    group: { user: 'alice' },
    first_seen: '2026-01-17T12:00:00.000Z',
    reasons: { kind: 'correlation', threshold: { gte: 2 }, value: 3 },
  });
  expect(found.elapsed_ms).toBeGreaterThan(0);
  expect(await world.findings()).toEqual([]);
});

it('compares a changed threshold with the rule in force, and gives the text for it', async () => {
  const found = await report({
    rule_id: 'many',
    threshold: { gte: 4 },
    timespan_seconds: 3600,
    level: 'critical',
  });
  expect(found).toMatchObject({
    findings: 1,
    days: [{ date: '2026-01-15', count: 1 }],
    by_severity: { critical: 1 },
    present: {
      findings: 3,
      days: [
        { date: '2026-01-15', count: 2 },
        { date: '2026-01-17', count: 1 },
      ],
    },
  });
  expect(found.yaml).toContain('condition: { gte: 4 }');
  expect(found.yaml).toContain('timespan: 1h');
  expect(found.yaml).toContain('level: critical');
});

it('tries a rule that takes the place of one in force, with the filters in force', async () => {
  expect(await report({ yaml: eventRule('logout') })).toMatchObject({
    findings: 1,
    top: [{ name: 'carol', count: 1 }],
    present: { findings: 1 },
  });
  const filter = (user: string) => `title: Not ${user}
id: not_bob
name: not_bob
logsource: { product: mcm }
filter:
  rules: [logout]
  selection: { user: ${user} }
  condition: not selection
`;
  expect(await report({ yaml: filter('carol') })).toMatchObject({
    rules: [{ id: 'logout' }],
    findings: 3,
    present: { findings: 1 },
  });
});

it('finds what did not happen, and a building block shows what it is made for', async () => {
  const absence = correlation('never_out', 'login, logout', 'type: absence\n  timespan: 30m');
  expect(await report({ yaml: absence })).toMatchObject({
    findings: 4,
    top: [
      { name: 'alice', count: 3 },
      // The filter in force hides what bob did afterwards.
      { name: 'bob', count: 1 },
    ],
  });
  expect(
    await report({ yaml: documents(eventRule('base', 'login'), threshold('two', 'base', 2)) }),
  ).toMatchObject({
    rules: [{ id: 'two' }],
    findings: 4,
  });
  expect(await report({ yaml: eventRule('login') })).toMatchObject({
    findings: 12,
    present: { findings: 12 },
  });
});

it('goes by its range, and says where it stopped when there is too much', async () => {
  const range = { from: '2026-01-16T00:00:00.000Z', to: '2026-01-17T12:02:00.000Z' };
  expect(await report({ rule_id: 'many', threshold: { gte: 2 } }, range)).toMatchObject({
    events: 2,
    findings: 1,
    cut: null,
    ...range,
  });
  expect(await report({ yaml: eventRule('login') }, { max_events: 5 })).toMatchObject({
    events: 5,
    findings: 5,
    cut: { reason: 'events', at: '2026-01-15T12:06:00.000Z' },
  });
});

it('names every problem of a document that is no rule', async () => {
  const bad = eventRule('bad')
    .replace('condition: selection', 'condition: nothing')
    .replace('medium', 'severe');
  expect(await preview({ yaml: bad })).toMatchObject({
    outcome: 'refused',
    problems: [
      { path: 'preview', line: 7, column: 3, severity: 'warning', code: 'DETECTION.UNUSED' },
      { path: 'preview', line: 8, column: 14, severity: 'error', code: 'CONDITION.UNKNOWN_NAME' },
      { path: 'preview', line: 9, column: 1, severity: 'error', code: 'RULE.LEVEL' },
    ],
  });
});

it.each<[string, string, string]>([
  ['no text', '', 'RULES.NOTHING_TO_TRY'],
  ['a comment', '# nothing', 'RULES.NOTHING_TO_TRY'],
  ['a megabyte', `title: ${'x'.repeat(1_000_001)}`, 'YAML.TOO_LARGE'],
  ['brackets', '['.repeat(10_000), 'YAML.TOO_DEEP'],
  [
    'a billion laughs',
    `${['a: &a [x,x,x,x,x,x,x,x,x]', ...'bcdefghi'.split('').map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`)].join('\n')}\n`,
    'YAML.TOO_LARGE',
  ],
  [
    'a pattern that never ends',
    eventRule('r').replace('event_type: r', () => `event_type|re: '(a+)+\\1$'`),
    'MODIFIER.REGEX',
  ],
  ['a rule over itself', threshold('self', 'self'), 'CORRELATION.CIRCLE'],
  ['U+0000', 'title: "\u0000"', 'YAML.SYNTAX'],
])('refuses %s', async (_, yaml, code) => {
  const begun = performance.now();
  const result = await preview({ yaml });
  expect(result.outcome).not.toBe('done');
  expect(JSON.stringify(result)).toContain(code);
  expect(performance.now() - begun).toBeLessThan(20_000);
});

it.each<[PreviewRulePayload['rule'], string]>([
  [{ rule_id: 'unknown', level: 'low' }, 'RULES.NOT_FOUND'],
  [{ rule_id: 'logout', threshold: { gte: 3 } }, 'RULE.NOT_EDITABLE'],
])('cannot try %j', async (rule, code) => {
  expect(await preview(rule)).toMatchObject({ outcome: 'impossible', code });
});

it('is bounded on long texts, apart from this process, and says what was not tried', async () => {
  let state = 1;
  const mixed = () => {
    let text = '';
    while (text.length < 200_000) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      text += (state >>> 16) & 1 ? 'a' : 'b';
    }
    return text;
  };
  const range = { from: '2025-01-01T00:00:00.000Z', to: '2025-01-02T00:00:00.000Z' };
  await storeEvents(
    world.database,
    Array.from({ length: 10 }, (_, i) =>
      anEnvelope({
        event_id: `long ${i}`,
        timestamp: range.from,
        received_at: range.from,
        raw_data: { text: mixed() },
      }),
    ),
  );
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const yaml = eventRule('slow').replace('event_type: slow', () => "text|re: 'a[ab]{900}[^ab]$'");
  const found = await report({ yaml }, range);
  delay.disable();
  // 2 s on a quiet machine; without a budget it is more than a minute.
  expect(found).toMatchObject({
    events: 10,
    findings: 0,
    warnings: [expect.stringContaining('slow was not tried on 10')],
  });
  expect(found.elapsed_ms).toBeLessThan(30_000);
  expect(delay.max / 1e6).toBeLessThan(1_000);
});

it('names what is too large, before it is built', async () => {
  const lists = [0, 1, 2, 3].map((i) => `  s${i}: { f|re: [${"'[ab]{900}c', ".repeat(9_500)}] }`).join('\n');
  const yaml = eventRule('large').replace(
    / {2}selection.*\n {2}condition: selection/,
    () => `${lists}\n  condition: 1 of s*`,
  );
  expect(yaml.length).toBeLessThan(1_000_000);
  expect(await preview({ yaml })).toMatchObject({
    outcome: 'refused',
    problems: [0, 1, 2, 3].map(() => ({ path: 'preview', severity: 'error', code: 'RULE.TOO_LARGE' })),
  });
});

it('does not fall over patterns that look at much', async () => {
  const many = Array.from({ length: 3000 }, (_, n) => `'*${n}a*b*c*'`).join(', ');
  const yaml = eventRule('r').replace('event_type: r', `event_type: [${many}]`);
  expect(await report({ yaml })).toMatchObject({ findings: 0, events: 16 });
});
