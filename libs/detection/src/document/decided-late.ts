import type { CorrelationRule, Threshold } from './rule-document.js';

/**
 * Whether a late event can undo what a correlation finds, so that it is decided only when none can come any more
 * (docs/adr/0043): something missing, averages and percentiles with any bound, counts and sums with an upper one.
 */
export function isDecidedLate({ type, threshold }: Pick<CorrelationRule, 'type' | 'threshold'>): boolean {
  switch (type) {
    case 'event_count':
    case 'value_count':
    case 'value_sum':
    case 'temporal':
      return !onlyLowerBounds(threshold);
    case 'temporal_ordered':
      return false;
    case 'value_avg':
    case 'value_percentile':
    case 'value_median':
    case 'absence':
      return true;
  }
}

/** Whether a condition has lower bounds only: what meets it still does when the value grows. */
export function onlyLowerBounds({ lte, lt, eq, neq }: Threshold): boolean {
  return lte === undefined && lt === undefined && eq === undefined && neq === undefined;
}
