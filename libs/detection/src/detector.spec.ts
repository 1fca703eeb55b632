import { correlationRule, documents, eventRule, kindRule, rulesOf } from '../test/rules.js';
import { reconcile } from '../test/episode-oracle.js';
import { createDetector, type Detection, type Detector, type DetectorOptions } from './index.js';

const START = Date.UTC(2001, 1, 3);
const MINUTE = 60_000;

function detectorOf(text: string, options: DetectorOptions = {}): Detector {
  return createDetector(rulesOf(text), options);
}

let sequence = 0;
/** An event some minutes after the start. */
function at(minute: number, kind: string, more: object = {}, id = `e${(sequence += 1)}`) {
  return { id, time: START + minute * MINUTE, data: { kind, user: 'ann', ...more } };
}

function run(detector: Detector, events: ReturnType<typeof at>[]): Detection[] {
  return events.flatMap((event) => detector.process(event));
}

const BURST = correlationRule(
  'burst',
  'type: event_count\nrules: [failed]\ngroup-by: [user]\ntimespan: 30m\ncondition: { gte: 3 }',
);
const ABROAD = eventRule(
  'abroad',
  'selection: { kind: success, location: [Russia, China, Other] }\ncondition: selection',
);

describe('rules over single events', () => {
  it('answer with a detection that says why', () => {
    const text =
      eventRule(
        'admin',
        'to_admin: { new_role: admin }\nfrom_admin: { old_role: admin }\napproved: { approved_by|exists: true }\ncondition: to_admin and not from_admin',
      ) +
      `levels: [{ condition: not approved, level: critical }]
summary: "{user} became {new_role} (was {old_role}), approved by {approved_by}"
compliance: { tsc: [CC6.1] }
`;
    const [detection, ...others] = detectorOf(text).process(
      at(0, 'x', { new_role: 'Admin', old_role: 'viewer' }, 'id1'),
    );
    expect(others).toEqual([]);
    expect(detection).toMatchObject({
      ruleId: 'admin',
      ruleName: 'admin',
      ruleTitle: 'admin',
      kind: 'event',
      level: 'critical',
      eventIds: ['id1'],
      group: {},
      groupKey: null,
      count: 1,
      summary: 'ann became Admin (was viewer), approved by unknown',
      custom: { compliance: { tsc: ['CC6.1'] } },
      firstSeen: new Date(START),
      lastSeen: new Date(START),
      reasons: {
        kind: 'event',
        condition: {
          kind: 'all',
          matched: true,
          reasons: [
            {
              kind: 'selection',
              name: 'to_admin',
              reason: {
                kind: 'item',
                field: 'new_role',
                key: 'new_role',
                patterns: ['admin'],
                values: ['Admin'],
                matched: true,
              },
            },
            { kind: 'not', matched: true, reason: { kind: 'selection', name: 'from_admin', matched: false } },
          ],
        },
      },
    });
    expect(JSON.parse(JSON.stringify(detection))).toMatchObject({
      ruleId: 'admin',
      reasons: { kind: 'event' },
    });
  });

  it('take the level of the rule when no other applies', () => {
    const text =
      eventRule('r', 'a: { kind: x }\nb: { n|gt: 5 }\ncondition: a') +
      'levels: [{ condition: b, level: high }]\n';
    const detector = detectorOf(text);
    expect(run(detector, [at(0, 'x', { n: 5 }), at(0, 'x', { n: 6 })]).map(({ level }) => level)).toEqual([
      'medium',
      'high',
    ]);
  });

  it('keep what a summary shows short, on one line and free of control characters', () => {
    const text = kindRule('x') + "summary: 'v={v} l={list} n={a.b} {count} {timespan} {first_seen}'\n";
    const [detection] = detectorOf(text).process(
      at(0, 'x', { v: `\u001b[31m\n\u202e${'é'.repeat(500)}`, list: ['p', 2, null, true], a: { b: 'deep' } }),
    );
    const { summary } = detection!;
    expect(summary).toContain('l=p, 2, true n=deep 1 0s 2001-02-03T00:00:00.000Z');
    // eslint-disable-next-line no-control-regex
    expect(summary).not.toMatch(/[\u0000-\u001f\u202e]/);
    expect(summary.length).toBeLessThan(300);
  });

  it('are tried only for the log sources they name, unless the event names none', () => {
    const rule = (name: string, source: string) => kindRule(name, 'x').replace('{ product: test }', source);
    const text = documents(
      rule('aws', '{ product: aws }'),
      rule('trail', '{ product: aws, service: CloudTrail }'),
      rule('login', '{ category: login }'),
    );
    const names = (logsource: object | undefined, options?: DetectorOptions) =>
      detectorOf(text, options)
        .process({ ...at(0, 'x'), ...(logsource && { logsource }) })
        .map(({ ruleName }) => ruleName);
    expect(names(undefined)).toEqual(['aws', 'trail', 'login']);
    expect(names({ product: 'AWS', service: 'cloudtrail' })).toEqual(['aws', 'trail']);
    expect(names({ product: 'aws' })).toEqual(['aws']);
    expect(names([{ product: 'mcm' }, { category: 'login', product: 'okta' }])).toEqual(['login']);
    expect(names({ product: 'other' })).toEqual([]);
    expect(names({})).toEqual([]);
    expect(names({ product: 'other' }, { route: false })).toEqual(['aws', 'trail', 'login']);
  });

  it('apply filters to the rules they name', () => {
    const filter = (rules: string, condition: string) =>
      `title: f\nlogsource: { product: test }\nfilter:\n  rules: ${rules}\n  selection: { user|startswith: adm_ }\n  condition: ${condition}\n`;
    const found = (text: string, user: string) =>
      run(detectorOf(text), [at(0, 'x', { user })]).map(({ ruleName }) => ruleName);
    const base = documents(kindRule('a', 'x'), kindRule('b', 'x'));
    expect(found(documents(filter('[a]', 'not selection'), base), 'adm_1')).toEqual(['b']);
    expect(found(documents(base, filter('any', 'not selection')), 'adm_1')).toEqual([]);
    expect(found(documents(base, filter('any', 'not selection')), 'ann')).toEqual(['a', 'b']);
    expect(found(documents(base, filter('[b]', 'not 1 of selection*')), 'adm_1')).toEqual(['a']);
  });
});

describe('correlations', () => {
  it('name an episode with its window, events, level and reasons', () => {
    const text = documents(
      kindRule('failed'),
      `${BURST}summary: "{user} failed {count} times within {timespan}, last from {ip}, {first_seen} to {last_seen}"
levels: [{ condition: { gte: 5 }, level: critical }]
`,
    );
    const detector = detectorOf(text);
    const found = run(
      detector,
      [0, 10, 20, 25, 30].map((minute, i) => at(minute, 'failed', { ip: `10.0.0.${i}` }, `f${i}`)),
    );
    expect(found.map(({ count, level }) => [count, level])).toEqual([
      [3, 'high'],
      [4, 'high'],
      [5, 'critical'],
    ]);
    expect(found.at(-1)).toMatchObject({
      kind: 'correlation',
      ruleName: 'burst',
      eventIds: ['f0', 'f1', 'f2', 'f3', 'f4'],
      group: { user: 'ann' },
      groupKey: '{"user":"ann"}',
      firstSeen: new Date(START),
      lastSeen: new Date(START + 30 * MINUTE),
      summary:
        'ann failed 5 times within 30m, last from 10.0.0.4, 2001-02-03T00:00:00.000Z to 2001-02-03T00:30:00.000Z',
      reasons: {
        kind: 'correlation',
        type: 'event_count',
        timespan: 30 * MINUTE,
        threshold: { gte: 3 },
        value: 5,
        group: { user: 'ann' },
        rules: [{ id: 'failed', name: 'failed', title: 'failed', eventIds: ['f0', 'f1', 'f2', 'f3', 'f4'] }],
      },
    });
    // What was named stays as it was named.
    expect(found[0]!.eventIds).toEqual(['f0', 'f1', 'f2']);
  });

  it('include both edges of the window, and start over after a gap', () => {
    const times = (minutes: number[]) =>
      reconcile(
        run(
          detectorOf(documents(kindRule('failed'), BURST)),
          minutes.map((minute) => at(minute, 'failed')),
        ),
      );
    expect(times([0, 15, 30])).toHaveLength(1);
    expect(times([0, 15, 30 + 1 / 60])).toHaveLength(0);
    expect(times([0, 1, 2, 31, 32])).toHaveLength(1);
    expect(times([0, 1, 2, 40, 41, 42]).map(({ count }) => count)).toEqual([3, 3]);
  });

  it('look at a chain with its tightest windows', () => {
    const text = documents(
      kindRule('failed'),
      ABROAD,
      BURST,
      correlationRule(
        'suspicious',
        'type: temporal_ordered\nrules: [burst, abroad]\ngroup-by: [user]\ntimespan: 30m',
        'generate: false\n',
      ),
    );
    const found = (failures: number[], success: number, location = 'Russia') =>
      run(detectorOf(text), [
        ...failures.map((minute) => at(minute, 'failed', {}, `f${minute}`)),
        at(success, 'success', { location }, 's'),
      ]);
    expect(found([0, 15, 29], 45)).toEqual([]);
    expect(found([0, 15, 29], 30)).toEqual([
      expect.objectContaining({
        ruleName: 'suspicious',
        count: 4,
        eventIds: ['f0', 'f15', 'f29', 's'],
        firstSeen: new Date(START),
      }),
    ]);
    expect(found([0, 15, 29, 31], 45)).toEqual([
      expect.objectContaining({ count: 4, eventIds: ['f15', 'f29', 'f31', 's'] }),
    ]);
    expect(found([0, 1, 2], 5, 'Berlin')).toEqual([]);
    expect(found([0, 1], 5)).toEqual([]);
  });

  it('let an event at the same moment follow, but no event follow itself', () => {
    const text = documents(
      eventRule('first', 'selection: { a: true }\ncondition: selection'),
      eventRule('then', 'selection: { b: true }\ncondition: selection'),
      correlationRule(
        'order',
        'type: temporal_ordered\nrules: [first, then]\ngroup-by: [user]\ntimespan: 5m',
      ),
    );
    const found = (...events: object[]) =>
      run(
        detectorOf(text),
        events.map((data) => at(0, 'x', data)),
      ).length;
    expect(found({ a: true }, { b: true })).toBe(1);
    expect(found({ b: true }, { a: true })).toBe(1);
    expect(found({ a: true, b: true })).toBe(0);
    expect(found({ a: true, b: true }, { a: true, b: true })).toBe(1);
  });

  it('stay silent about referred rules unless generate says otherwise', () => {
    const names = (text: string) =>
      run(detectorOf(text), [at(0, 'failed'), at(1, 'failed'), at(2, 'failed')]).map(
        ({ ruleName }) => ruleName,
      );
    expect(names(documents(kindRule('failed'), BURST))).toEqual(['burst']);
    expect(names(documents(kindRule('failed'), `${BURST}generate: true\n`))).toEqual([
      'failed',
      'failed',
      'failed',
      'burst',
    ]);
    expect(
      names(documents(kindRule('failed'), BURST.replace('  rules', '  generate: true\n  rules'))),
    ).toEqual(['failed', 'failed', 'failed', 'burst']);
    expect(names(documents(`${kindRule('failed')}generate: true\n`, BURST))).toEqual([
      'failed',
      'failed',
      'failed',
      'burst',
    ]);
  });

  it('group by fields that rules name differently, and leave out events without them', () => {
    const text = documents(
      kindRule('inward'),
      kindRule('outward'),
      correlationRule(
        'both',
        'type: temporal\nrules: [inward, outward]\ngroup-by: [ip, user]\ntimespan: 10m\naliases:\n  ip: { inward: source.ip, outward: dest }',
      ),
    );
    const detector = detectorOf(text);
    expect(
      run(detector, [
        at(0, 'inward', { source: { ip: '1.1.1.1' } }),
        at(1, 'outward', { dest: '2.2.2.2' }),
        at(1, 'outward', { ip: '1.1.1.1' }),
      ]),
    ).toEqual([]);
    expect(run(detector, [at(2, 'outward', { dest: '1.1.1.1' })])).toEqual([
      expect.objectContaining({
        group: { ip: '1.1.1.1', user: 'ann' },
        groupKey: '{"ip":"1.1.1.1","user":"ann"}',
      }),
    ]);
  });

  it('know a rule of an alias by its name as well as by its id', () => {
    const ID = '11111111-1111-4111-8111-111111111111';
    const inward = `${kindRule('inward')}id: ${ID}\n`;
    const both = (listed: string, aliased: string) =>
      correlationRule(
        'both',
        `type: temporal\nrules: [${listed}, outward]\ngroup-by: [ip]\ntimespan: 10m\naliases:\n  ip: { ${aliased}: source, outward: dest }`,
      );
    for (const text of [both(ID, 'inward'), both('inward', ID), both(ID, ID)]) {
      const events = [at(0, 'inward', { source: '1.1.1.1' }), at(1, 'outward', { dest: '1.1.1.1' })];
      expect(run(detectorOf(documents(inward, kindRule('outward'), text)), events)).toMatchObject([
        { group: { ip: '1.1.1.1' } },
      ]);
    }
  });

  it.each<[string, string, (number | string)[], number | undefined]>([
    ['a sum', 'type: value_sum\nrules: [x]\ntimespan: 1h\ncondition: { field: n, gt: 10 }', [4, 4, 4], 12],
    [
      'a sum not reached',
      'type: value_sum\nrules: [x]\ntimespan: 1h\ncondition: { field: n, gt: 12 }',
      [4, 4, 4],
      undefined,
    ],
    [
      'an average without rounding',
      'type: value_avg\nrules: [x]\ntimespan: 1h\ncondition: { field: n, lt: 1 }',
      [1e16, 0.75, -1e16],
      0.25,
    ],
    [
      'a sum of what is above zero',
      'type: value_sum\nrules: [x]\ntimespan: 1h\ncondition: { field: n, gte: 7 }',
      [5, -3, 2],
      7,
    ],
    [
      'numbers as text',
      'type: value_sum\nrules: [x]\ntimespan: 1h\ncondition: { field: n, gte: 5 }',
      ['2', 'two', '3'],
      5,
    ],
    [
      'an average',
      'type: value_avg\nrules: [x]\ntimespan: 1h\ncondition: { field: n, lt: 3 }',
      [9, 1, 0, 1],
      2.75,
    ],
    [
      'a percentile',
      'type: value_percentile\nrules: [x]\ntimespan: 1h\ncondition: { field: n, percentile: 90, gte: 9 }',
      [1, 2, 9],
      9,
    ],
    [
      'a median',
      'type: value_median\nrules: [x]\ntimespan: 1h\ncondition: { field: n, eq: 5 }',
      [9, 1, 5],
      5,
    ],
    ['a range', 'type: event_count\nrules: [x]\ntimespan: 1h\ncondition: { gte: 2, lt: 4 }', [1, 1, 1], 3],
    ['an exact count', 'type: event_count\nrules: [x]\ntimespan: 1h\ncondition: { eq: 3 }', [1, 1, 1], 3],
    [
      'distinct values',
      'type: value_count\nrules: [x]\ntimespan: 1h\ncondition: { field: n, gte: 3 }',
      [1, 2, 2, 3],
      3,
    ],
    [
      'distinct pairs',
      'type: value_count\nrules: [x]\ntimespan: 1h\ncondition: { field: [n, user], gte: 3 }',
      [1, 2, 3],
      3,
    ],
    [
      'a field that is absent',
      'type: value_count\nrules: [x]\ntimespan: 1h\ncondition: { field: m, gte: 1 }',
      [1, 2, 3],
      undefined,
    ],
  ])('measure %s', (_name, correlation, values, expected) => {
    const detector = detectorOf(documents(kindRule('x'), correlationRule('measure', correlation)));
    const found = run(
      detector,
      values.map((n, minute) => at(minute, 'x', { n })),
    );
    const last = [...found, ...detector.advance(START + 1000 * MINUTE)].at(-1)?.reasons;
    expect(last?.kind === 'correlation' ? last.value : undefined).toEqual(expected);
  });

  it('leave a range when it is passed', () => {
    const detector = detectorOf(
      documents(
        kindRule('x'),
        correlationRule('range', 'type: event_count\nrules: [x]\ntimespan: 1h\ncondition: { gte: 2, lt: 4 }'),
      ),
    );
    const events = [0, 1, 2, 3, 4].map((minute) => at(minute, 'x'));
    expect(run(detector, events)).toEqual([]);
    expect(detector.advance(START + 1000 * MINUTE).map(({ count }) => count)).toEqual([3]);
  });

  it('name an episode again when its event is delivered again', () => {
    const detector = detectorOf(documents(kindRule('failed'), BURST));
    const events = [0, 1, 2].map((minute) => at(minute, 'failed'));
    const [first] = detector.processBatch(events);
    const [again, ...others] = detector.processBatch(events);
    expect(others).toEqual([]);
    expect(again!.eventIds).toEqual(first!.eventIds);
    expect(again!.count).toBe(3);
  });

  it('name each episode once per batch', () => {
    const detector = detectorOf(documents(kindRule('failed'), BURST));
    const batch = Array.from({ length: 50 }, (_, i) =>
      at(i / 10, 'failed', { user: i % 2 === 0 ? 'ann' : 'bob' }),
    );
    expect(detector.processBatch(batch).map(({ group, count }) => [group['user'], count])).toEqual([
      ['ann', 25],
      ['bob', 25],
    ]);
  });

  it('count a long episode exactly and show its earliest and latest fifty events', () => {
    const detector = detectorOf(documents(kindRule('failed'), BURST));
    const found = run(
      detector,
      Array.from({ length: 300 }, (_, i) => at(i / 60, 'failed', {}, `n${String(i).padStart(3, '0')}`)),
    );
    const last = found.at(-1)!;
    expect(last.count).toBe(300);
    expect(last.eventIds).toHaveLength(100);
    expect(last.eventIds.slice(0, 50).at(-1)).toBe('n049');
    expect(last.eventIds[50]).toBe('n250');
    expect(last.eventIds.at(-1)).toBe('n299');
  });

  it('say so when events have no time', () => {
    const detector = detectorOf(documents(kindRule('failed'), BURST));
    detector.process({ id: '1', data: { kind: 'failed', user: 'ann' } });
    expect(detector.stats()).toMatchObject({ untimed: 1, entries: 0 });
    expect(detector.stats().warnings).toHaveLength(1);
    detector.process({ id: '2', data: { kind: 'failed', user: 'ann', timestamp: '2020-01-01T00:00:00Z' } });
    expect(detector.stats()).toMatchObject({ untimed: 1, entries: 1 });
  });
});

describe('absence', () => {
  const granted = documents(
    kindRule('granted'),
    kindRule('approved'),
    correlationRule(
      'unapproved',
      'type: absence\nrules: [granted, approved]\ngroup-by: [user]\ntimespan: 1h',
    ),
  );

  it('names what was not followed, once no answer can count any more', () => {
    const detector = detectorOf(granted, { lateness: '10m' });
    expect(run(detector, [at(0, 'granted', {}, 'g1'), at(65, 'other'), at(70, 'other')])).toEqual([]);
    expect(run(detector, [at(71, 'other')])).toEqual([
      expect.objectContaining({
        ruleName: 'unapproved',
        eventIds: ['g1'],
        count: 1,
        group: { user: 'ann' },
        firstSeen: new Date(START),
      }),
    ]);
    expect(run(detector, [at(80, 'other'), at(500, 'other')])).toEqual([]);
  });

  it('is content with an answer, also one that comes late or at the edge', () => {
    for (const events of [
      [at(0, 'granted'), at(60, 'approved')],
      [at(0, 'granted'), at(0, 'approved')],
      [at(30, 'approved'), at(0, 'granted')],
      [at(0, 'granted'), at(65, 'other'), at(59, 'approved')],
    ]) {
      const detector = detectorOf(granted, { lateness: '10m' });
      expect([...run(detector, events), ...detector.advance(START + 500 * MINUTE)]).toEqual([]);
    }
  });

  it('does not accept an answer that is too late, for another user, or before', () => {
    for (const events of [
      [at(0, 'granted'), at(61, 'approved')],
      [at(0, 'granted'), at(30, 'approved', { user: 'bob' })],
      [at(0, 'granted'), at(-1, 'approved')],
    ]) {
      const detector = detectorOf(granted, { lateness: '10m' });
      expect([...run(detector, events), ...detector.advance(START + 500 * MINUTE)]).toHaveLength(1);
    }
  });

  it('joins what was not followed within a timespan, and names it again when delivered again', () => {
    const detector = detectorOf(granted, { lateness: 0 });
    run(detector, [at(0, 'granted', {}, 'g1'), at(30, 'granted', {}, 'g2')]);
    const last = at(200, 'other');
    const first = detector.process(last);
    expect(first).toEqual([expect.objectContaining({ eventIds: ['g1', 'g2'], count: 2 })]);
    expect(detector.process(last)).toEqual([expect.objectContaining({ eventIds: ['g1', 'g2'] })]);
  });

  it('finds a source that fell silent', () => {
    const text = documents(
      kindRule('beat'),
      correlationRule('silent', 'type: absence\nrules: [beat]\ngroup-by: [host]\ntimespan: 5m'),
    );
    const detector = detectorOf(text, { lateness: 0 });
    const beats = [0, 4, 8, 12].flatMap((minute) => [
      at(minute, 'beat', { host: 'a' }),
      at(minute === 12 ? 8 : minute, 'beat', { host: 'b' }, `b${minute === 12 ? 8 : minute}`),
    ]);
    expect(run(detector, beats)).toEqual([]);
    expect(run(detector, [at(16, 'beat', { host: 'a' })])).toEqual([
      expect.objectContaining({
        group: { host: 'b' },
        eventIds: ['b8'],
        lastSeen: new Date(START + 8 * MINUTE),
      }),
    ]);
  });
});

describe('a source that never rests', () => {
  const rules = documents(
    kindRule('beat'),
    correlationRule('silent', 'type: absence\nrules: [beat]\ngroup-by: [host]\ntimespan: 5m'),
  );
  const beat = (second: number) => ({
    ...at(0, 'beat', { host: 'a' }, `b${second}`),
    time: START + second * 1000,
  });

  it.each([
    ['in order', (count: number) => [...Array(count).keys()]],
    ['in reverse', (count: number) => [...Array(count).keys()].reverse()],
    ['scattered', (count: number) => [...Array(count).keys()].map((i) => (i * 7919) % count)],
  ])('costs little memory, however much it says: %s', (_, order) => {
    const detector = detectorOf(rules, { lateness: '1h' });
    for (const second of order(10_000)) {
      expect(detector.process({ ...beat(second), receivedAt: START + 10_000_000 })).toEqual([]);
      // 10,000 seconds are 34 timespans.
    }
    expect(detector.stats().entries).toBeLessThan(3 * 34);
    const due = START + 10_000_000 + 65 * MINUTE;
    expect(detector.due()).toBe(due);
    expect(detector.advance(due + 1)).toMatchObject([{ eventIds: ['b9999'], count: 1 }]);
    expect(detector.due()).toBe(Infinity);
  });

  it('is found silent again after it came back', () => {
    const detector = detectorOf(rules, { lateness: 0 });
    const silences: string[] = [];
    for (const second of [0, 10, 20, 1000, 1010, 2000]) {
      silences.push(...detector.process(beat(second)).flatMap(({ eventIds }) => eventIds));
    }
    silences.push(...detector.advance(START + 3_000_000).flatMap(({ eventIds }) => eventIds));
    expect(silences).toEqual(['b20', 'b1010', 'b2000']);
  });
});

describe('what windows remember', () => {
  const text = documents(kindRule('failed'), BURST);

  it('is decided by arrival: old events may follow new ones', () => {
    const detector = detectorOf(text, { lateness: '1h' });
    const now = Date.UTC(2026, 0, 1);
    const old = (minute: number, received: number) => ({
      ...at(minute, 'failed'),
      receivedAt: now + received * MINUTE,
    });
    detector.process({ ...at(0, 'failed'), time: now, receivedAt: now });
    expect(detector.process(old(0, 1))).toEqual([]);
    expect(detector.process(old(2, 60))).toEqual([]);
    expect(detector.process(old(1, 80))).toHaveLength(1);
    // The first of them arrived more than timespan and lateness ago by now.
    expect(detector.process(old(3, 200))).toEqual([]);
    // That event, and the one from the present, which is newer than it in its group.
    expect(detector.stats().entries).toBe(2);
    expect(detector.stats().evictions).toBe(0);
  });

  it.each([
    ['arrived as they happened', (minute: number) => ({ receivedAt: START + minute * MINUTE })],
    ['have no arrival', () => ({})],
    ['have their time in the record', () => ({ time: undefined })],
  ])('loses nothing of a batch over a long time whose events %s', (_, more) => {
    const batch = [0, 1, 2, 600, 601, 602, 1200].map((minute) => ({
      ...at(minute, 'failed', { timestamp: new Date(START + minute * MINUTE).toISOString() }),
      ...more(minute),
    }));
    const firstSeen = [0, 600].map((minute) => new Date(START + minute * MINUTE));
    const found = detectorOf(text).processBatch(batch);
    expect(found.map((detection) => detection.firstSeen)).toEqual(firstSeen);
    expect(found.map(({ count }) => count)).toEqual([3, 3]);
    const after = detectorOf(text);
    after.absorb(batch);
    expect(after.process(at(1201, 'failed'))).toEqual([]);
    expect(after.process(at(1202, 'failed'))).toMatchObject([{ count: 3 }]);
  });

  it('keeps the number of a long episode although its early events are gone', () => {
    const detector = detectorOf(text, { lateness: '10m' });
    const found = run(
      detector,
      Array.from({ length: 400 }, (_, i) => at(i, 'failed', {}, `n${String(i).padStart(3, '0')}`)),
    );
    const last = found.at(-1)!;
    expect(last).toMatchObject({ count: 400, firstSeen: new Date(START) });
    expect(last.eventIds.slice(0, 2)).toEqual(['n000', 'n001']);
    expect(last.eventIds.at(-1)).toBe('n399');
    expect(last.eventIds).toHaveLength(91);
    expect(new Set(last.eventIds).size).toBe(last.eventIds.length);
    expect(detector.stats().entries).toBeLessThan(50);
  });

  it('forgets quiet groups', () => {
    const detector = detectorOf(text, { lateness: 0 });
    run(
      detector,
      Array.from({ length: 100 }, (_, i) => at(i / 100, 'failed', { user: `u${i}` })),
    );
    expect(detector.stats()).toMatchObject({ groups: 100, entries: 100 });
    run(detector, [at(100, 'failed', { user: 'last' })]);
    expect(detector.stats()).toMatchObject({ groups: 1, entries: 1, evictions: 0, warnings: [] });
  });

  it('is bounded: the longest quiet groups and the oldest entries go first, and it says so', () => {
    const groups = detectorOf(text, { maxGroups: 10 });
    run(
      groups,
      Array.from({ length: 30 }, (_, i) => at(i / 100, 'failed', { user: `u${i}` })),
    );
    expect(groups.stats()).toMatchObject({ groups: 10, entries: 10, evictions: 40 });
    expect(groups.stats().warnings).toHaveLength(1);
    expect(run(groups, [at(1, 'failed', { user: 'u29' }), at(1, 'failed', { user: 'u29' })])).toHaveLength(1);

    const entries = detectorOf(text, { maxEntries: 100 });
    const found = run(
      entries,
      Array.from({ length: 1000 }, (_, i) => at(i / 100, 'failed')),
    );
    expect(entries.stats().entries).toBeLessThanOrEqual(100);
    expect(entries.stats().evictions).toBeGreaterThan(800);
    expect(found.at(-1)!.count).toBe(1000);
  });
});

describe('a restart', () => {
  const text = documents(
    kindRule('failed'),
    ABROAD,
    BURST,
    correlationRule(
      'suspicious',
      'type: temporal_ordered\nrules: [burst, abroad]\ngroup-by: [user]\ntimespan: 30m',
    ),
  );
  const loud = text.replace('title: suspicious', 'generate: true\ntitle: suspicious');

  it('loses no window', () => {
    const events = [
      ...[0, 10, 20, 30, 40].map((minute) => at(minute, 'failed')),
      at(41, 'success', { location: 'China' }),
    ];
    const whole = run(detectorOf(loud), events);
    for (let cut = 0; cut < events.length; cut += 1) {
      const detector = detectorOf(loud);
      detector.absorb(events.slice(0, cut));
      const after = run(detector, events.slice(cut));
      expect(after.map(({ ruleName, eventIds, count }) => [ruleName, eventIds, count])).toEqual(
        whole
          .slice(whole.length - after.length)
          .map(({ ruleName, eventIds, count }) => [ruleName, eventIds, count]),
      );
    }
  });

  it('continues an episode that began before what is still known', () => {
    const events = Array.from({ length: 200 }, (_, i) =>
      at(i, 'failed', {}, `n${String(i).padStart(3, '0')}`),
    );
    const before = run(detectorOf(documents(kindRule('failed'), BURST)), events.slice(0, 150)).at(-1)!;
    const detector = detectorOf(documents(kindRule('failed'), BURST));
    detector.absorb(events.slice(100, 150));
    detector.seedEpisode(before);
    const after = run(detector, events.slice(150)).at(-1)!;
    expect(after).toMatchObject({
      count: 200,
      firstSeen: new Date(START),
      lastSeen: new Date(START + 199 * MINUTE),
    });
    expect(after.eventIds.slice(0, 2)).toEqual(['n000', 'n001']);
    expect(new Set(after.eventIds).size).toBe(after.eventIds.length);
  });

  it('continues an episode of which nothing is known any more', () => {
    const detector = detectorOf(documents(kindRule('failed'), BURST));
    detector.seedEpisode({
      ruleId: 'burst',
      groupKey: '{"user":"ann"}',
      firstSeen: START,
      lastSeen: START + 10 * MINUTE,
      count: 7,
      eventIds: ['a', 'b'],
    });
    const found = run(detector, [at(11, 'failed'), at(12, 'failed'), at(13, 'failed')]);
    expect(found.at(-1)).toMatchObject({
      count: 10,
      firstSeen: new Date(START),
      lastSeen: new Date(START + 13 * MINUTE),
    });
    detector.seedEpisode({
      ruleId: 'gone',
      groupKey: null,
      firstSeen: 0,
      lastSeen: 1,
      count: 1,
      eventIds: [],
    });
    detector.seedEpisode({
      ruleId: 'burst',
      groupKey: 'not json',
      firstSeen: 0,
      lastSeen: 1,
      count: 1,
      eventIds: [],
    });
  });
});
