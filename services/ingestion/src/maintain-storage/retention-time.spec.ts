import { retentionTime } from './retention-time.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Runs every hour by a clock that is `jump` ahead of the true time; says how far retention gets in so many hours. */
function runs(hours: number, jump: number): number {
  let previous: { time: number; startedAt: number } | null = { time: 0, startedAt: 0 };
  for (let hour = 1; hour <= hours; hour += 1) {
    const now = hour * HOUR + jump;
    previous = { time: retentionTime(previous, now), startedAt: now };
  }
  return previous.time;
}

it('is the clock where nothing happens', () => {
  expect(retentionTime(null, 5 * DAY)).toBe(5 * DAY);
  expect(runs(48, 0)).toBe(48 * HOUR);
});

it('follows a clock that jumps ahead by a month at twice its speed', () => {
  expect(runs(1, 30 * DAY)).toBe(2 * HOUR);
  expect(runs(24, 30 * DAY)).toBe(2 * DAY);
  expect(runs(40 * 24, 30 * DAY)).toBe(70 * DAY);
});

it('is never ahead of the clock', () => {
  expect(retentionTime({ time: 10 * DAY, startedAt: 10 * DAY }, 3 * DAY)).toBe(3 * DAY);
});

it('goes no further in many runs than in one', () => {
  let previous = { time: 0, startedAt: 30 * DAY };
  for (let minute = 1; minute <= 60; minute += 1) {
    const now = 30 * DAY + minute * 60_000;
    previous = { time: retentionTime(previous, now), startedAt: now };
  }
  expect(previous.time).toBe(2 * HOUR);
});
