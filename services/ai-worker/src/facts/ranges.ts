/** Upper ends of the ranges in which counts are told: findings that differ by a few events are of the same shape. */
const ENDS = [10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000, 1_000_000];

/** The range a count lies in: `3`, `5 to 9`, `200 to 499`. */
export function countRange(count: number): string {
  if (!Number.isFinite(count)) return 'not a number';
  if (count < 5) return String(Math.round(count * 100) / 100);
  if (count < 10) return '5 to 9';
  const end = ENDS.findIndex((limit) => count < limit);
  return end < 0 ? `${ENDS.at(-1)} or more` : `${ENDS[end - 1]} to ${ENDS[end]! - 1}`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TIMES: readonly (readonly [below: number, said: string])[] = [
  [SECOND, 'at once'],
  [MINUTE, 'under 1 minute'],
  [10 * MINUTE, 'under 10 minutes'],
  [HOUR, 'under 1 hour'],
  [6 * HOUR, 'under 6 hours'],
  [DAY, 'under 1 day'],
  [7 * DAY, 'under 7 days'],
];

/** The range a time in milliseconds lies in: `under 10 minutes`. */
export function timeRange(milliseconds: number): string {
  return TIMES.find(([below]) => milliseconds < below)?.[1] ?? '7 days or more';
}
