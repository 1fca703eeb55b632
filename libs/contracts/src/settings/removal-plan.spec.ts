import { KEEP_ALL, type Retention } from './retention.js';
import { firstKeptDay, type Hold, lastDayToLookAt, RemovalPlan } from './removal-plan.js';

const NOW = Date.parse('2026-03-31T15:00:00Z');
const retention = (overrides: Partial<Retention>): Retention => ({ ...KEEP_ALL, ...overrides });
const hold = (overrides: Partial<Hold> = {}): Hold => ({
  sources: null,
  from_day: null,
  to_day: null,
  ...overrides,
});
const decide = (day: string, kept: Partial<Retention>, holds: Hold[] = [], sources = ['github', 'okta']) => {
  const plan = new RemovalPlan(retention(kept), holds, NOW);
  return plan.differences(day) === null ? plan.decide(day) : plan.decide(day, sources);
};

it.each([
  [0, null],
  [1, '2026-03-30'],
  [30, '2026-03-01'],
  [400, '2025-02-24'],
])('keeps %i days from %s on', (days, day) => {
  expect(firstKeptDay(NOW, days)).toBe(day);
});

it('looks at the days that are past the shortest time', () => {
  expect(lastDayToLookAt(retention({}), NOW)).toBeNull();
  expect(lastDayToLookAt(retention({ events_days: 30 }), NOW)).toBe('2026-03-01');
  expect(lastDayToLookAt(retention({ events_days_by_source: { okta: 7 } }), NOW)).toBe('2026-03-24');
});

it.each([
  ['keeps a day within its time', '2026-03-01', {}, [], { what: 'keep', held: false }],
  ['drops a day past it', '2026-02-28', {}, [], { what: 'drop' }],
  ['keeps a held day', '2026-02-28', {}, [hold()], { what: 'keep', held: true }],
  [
    'drops a day beside the held ones',
    '2026-02-28',
    {},
    [hold({ from_day: '2026-03-01' }), hold({ to_day: '2026-02-27' })],
    { what: 'drop' },
  ],
  [
    'keeps the held source',
    '2026-02-28',
    {},
    [hold({ sources: ['okta', 'other'] })],
    { what: 'keep-only', sources: ['okta'] },
  ],
  ['drops a day without the held source', '2026-02-28', {}, [hold({ sources: ['other'] })], { what: 'drop' }],
  [
    'keeps a source with more time',
    '2026-02-28',
    { events_days_by_source: { okta: 60 } },
    [],
    { what: 'keep-only', sources: ['okta'] },
  ],
  [
    'keeps a source for ever',
    '2020-02-28',
    { events_days_by_source: { okta: 0 } },
    [],
    { what: 'keep-only', sources: ['okta'] },
  ],
  [
    'takes a source with less time out',
    '2026-03-10',
    { events_days_by_source: { okta: 7 } },
    [],
    { what: 'keep-only', sources: ['github'] },
  ],
  [
    'keeps it while it is held',
    '2026-03-10',
    { events_days_by_source: { okta: 7 } },
    [hold({ sources: ['okta'] })],
    { what: 'keep', held: true },
  ],
  [
    'keeps all while all is held',
    '2026-03-10',
    { events_days_by_source: { okta: 7 } },
    [hold()],
    { what: 'keep', held: false },
  ],
  [
    'keeps a day of others alone',
    '2026-03-10',
    { events_days_by_source: { other: 7 } },
    [],
    { what: 'keep', held: false },
  ],
] as const)('%s', (_, day, kept, holds, expected) => {
  expect(decide(day, { events_days: 30, ...kept }, [...holds])).toEqual(expected);
});

it('asks for the sources of a day only where they differ', () => {
  const plan = new RemovalPlan(
    retention({ events_days: 30, events_days_by_source: { okta: 7 } }),
    [hold({ sources: ['github'], to_day: '2026-02-15' })],
    NOW,
  );
  expect(plan.differences('2026-03-28')).toBeNull();
  expect(plan.differences('2026-03-10')).not.toBeNull();
  expect(plan.differences('2026-02-20')).toBeNull();
  expect(plan.differences('2026-02-10')).not.toBeNull();
});
