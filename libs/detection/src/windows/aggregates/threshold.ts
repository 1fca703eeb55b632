import { onlyLowerBounds } from '../../document/decided-late.js';
import type { Threshold } from '../../document/rule-document.js';

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
  const { gte, gt } = threshold;
  if (!onlyLowerBounds(threshold)) return undefined;
  return Math.max(1, Math.ceil(gte ?? -Infinity), Math.floor(gt ?? -Infinity) + 1);
}

/** The least count at which the lower bounds are met; 1 when there are none. */
export function lowerBound(threshold: Threshold): number {
  const bounds = [
    threshold.gte,
    threshold.eq,
    threshold.gt === undefined ? undefined : Math.floor(threshold.gt) + 1,
  ];
  return Math.max(1, ...bounds.map((bound) => Math.ceil(bound ?? 1)));
}

/** Whether a value meets the lower bounds of a condition; never without any. For the tightest window of a hit. */
export function meetsLowerBounds({ gte, gt, eq }: Threshold, value: number): boolean {
  if (gte === undefined && gt === undefined && eq === undefined) return false;
  return value >= (gte ?? -Infinity) && value > (gt ?? -Infinity) && value >= (eq ?? -Infinity);
}
