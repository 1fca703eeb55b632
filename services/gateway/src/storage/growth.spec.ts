import { daysUntilFull, rowsByMonth, rowsPerDay } from './growth.js';

const NOW = Date.parse('2026-03-31T15:00:00Z');
const rows = (day: string, count = 700) => ({ day, rows: count });

it('is the mean of the last seven whole days', () => {
  expect(
    rowsPerDay(
      [rows('2026-01-01'), rows('2026-03-24', 70), rows('2026-03-30', 70), rows('2026-03-31')],
      0,
      NOW,
    ),
  ).toEqual({
    come: 20,
    go: 0,
  });
});

it('is the mean of fewer days where there are no more, and not known on the first day', () => {
  expect(rowsPerDay([rows('2026-03-29', 30), rows('2026-03-30', 50)], 0, NOW)).toEqual({ come: 40, go: 0 });
  expect(rowsPerDay([rows('2026-03-31')], 0, NOW)).toBeNull();
  expect(rowsPerDay([], 400, NOW)).toBeNull();
});

it('sets off what goes within the next seven days', () => {
  const days = [
    rows('2026-02-28', 70),
    rows('2026-03-07', 70),
    rows('2026-03-08', 7_000),
    rows('2026-03-30', 70),
  ];
  expect(rowsPerDay(days, 30, NOW)).toEqual({ come: 10, go: 20 });
});

it('knows the rows of a month', () => {
  expect(rowsByMonth([rows('2026-01-31'), rows('2026-02-01'), rows('2026-02-28')])).toEqual([
    { month: '2026-01', rows: 700 },
    { month: '2026-02', rows: 1400 },
  ]);
});

it.each([
  [1000, 100, 10],
  [1000, 0, null],
  [1000, -5, null],
  [-1000, 100, 0],
])('has %i bytes at %i a day for %p days', (room, growth, days) => {
  expect(daysUntilFull(room, growth)).toBe(days);
});
