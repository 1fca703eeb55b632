import { eventDaysOf, KEEP_ALL, longerRetention, type Retention, RetentionChange } from './retention.js';

const some: Retention = {
  events_days: 400,
  events_days_by_source: { okta: 90 },
  findings_days: 1095,
  dead_letters_days: 30,
  ai_exchanges_days: 90,
  jobs_days: 90,
};

it('knows the time of a source, and the one of all others', () => {
  expect([eventDaysOf(some, 'okta'), eventDaysOf(some, 'github'), eventDaysOf(some, 'constructor')]).toEqual([
    90, 400, 400,
  ]);
});

it.each([
  ['a shorter time', { events_days: 30 }, {}],
  ['a longer time', { events_days: 500 }, { events_days: 500 }],
  ['for ever', { findings_days: 0 }, { findings_days: 0 }],
  [
    'a longer time of a source',
    { events_days_by_source: { okta: 100 } },
    { events_days_by_source: { okta: 100 } },
  ],
  ['a shorter time of a source', { events_days_by_source: { okta: 30 } }, {}],
  ['a source that loses its time', { events_days_by_source: {} }, { events_days_by_source: {} }],
  [
    'a source that gets a shorter one',
    { events_days_by_source: { okta: 90, github: 7 } },
    { events_days_by_source: { okta: 90 } },
  ],
  [
    'all shorter, one source longer',
    { events_days: 30, events_days_by_source: { okta: 95 } },
    { events_days_by_source: { okta: 95 } },
  ],
])('keeps meanwhile what either keeps: %s', (_, wanted, kept) => {
  expect(longerRetention(some, { ...some, ...wanted })).toEqual({ ...some, ...kept });
});

it('keeps everything where nothing is known', () => {
  expect(longerRetention(KEEP_ALL, some)).toEqual(KEEP_ALL);
});

it.each([
  [{ events_days: -1 }],
  [{ events_days: 1.5 }],
  [{ events_days: '7' }],
  [{ events_days: 1e9 }],
  [{ event_days: 7 }],
  [{ events_days_by_source: { '': 7 } }],
  [{ events_days_by_source: { 'a\u0000b': 7 } }],
  [{ events_days_by_source: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`s${i}`, 7])) }],
  [[]],
])('refuses the change %j', (change) => {
  expect(RetentionChange.safeParse(change).success).toBe(false);
});
