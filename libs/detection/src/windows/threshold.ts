import type { Threshold } from '../document/rule-document.js';

/** Whether a measured value meets all operators of a condition. */
export function meetsThreshold(threshold: Threshold, value: number): boolean {
  return (
    (threshold.gte === undefined || value >= threshold.gte) &&
    (threshold.gt === undefined || value > threshold.gt) &&
    (threshold.lte === undefined || value <= threshold.lte) &&
    (threshold.lt === undefined || value < threshold.lt) &&
    (threshold.eq === undefined || value === threshold.eq) &&
    (threshold.neq === undefined || value !== threshold.neq)
  );
}

/** The least whole count that meets a condition made of lower bounds only; undefined for any other condition. */
export function leastCount(threshold: Threshold): number | undefined {
  const { gte, gt, lte, lt, eq, neq } = threshold;
  if (lte !== undefined || lt !== undefined || eq !== undefined || neq !== undefined) return undefined;
  return Math.max(1, Math.ceil(gte ?? -Infinity), Math.floor(gt ?? -Infinity) + 1);
}

/** The least count at which the lower bounds are met; 1 when there are none. For the tightest window of a firing. */
export function lowerBound(threshold: Threshold): number {
  const bounds = [
    threshold.gte,
    threshold.eq,
    threshold.gt === undefined ? undefined : Math.floor(threshold.gt) + 1,
  ];
  return Math.max(1, ...bounds.map((bound) => Math.ceil(bound ?? 1)));
}

/** How a condition reads, e.g. `>= 3 and < 5`. */
export function formatThreshold(threshold: Threshold): string {
  const signs = { gte: '>=', gt: '>', lte: '<=', lt: '<', eq: '=', neq: '!=' } as const;
  return (Object.keys(signs) as (keyof typeof signs)[])
    .filter((operator) => threshold[operator] !== undefined)
    .map((operator) => `${signs[operator]} ${threshold[operator]}`)
    .join(' and ');
}
