const HOUR_MS = 3_600_000;
/** Runs come every hour, and one goes on by at most so much. */
const STEP_MS = 2 * HOUR_MS;

/**
 * The time that ages are measured from. It follows the clock at no more than twice its speed, so that a clock that jumps
 * ahead by a month removes a month of data over a month, and is noticed long before (docs/adr/0069).
 *
 * @param previous that of the last run, and when that began by the clock; null when there was none
 * @param now the clock; all in milliseconds since 1970
 */
export function retentionTime(previous: { time: number; startedAt: number } | null, now: number): number {
  if (previous === null) return now;
  const step = Math.min(STEP_MS, Math.max(0, 2 * (now - previous.startedAt)));
  return Math.min(now, previous.time + step);
}
