import { formatCount } from '@/lib/numbers';
import type { Enrichment } from './api/enrichment-runs';

/** `183 model, 12 cache, 5 heuristic, 0 failed`: the results of finished findings. */
export function describeTally({
  model,
  cache,
  heuristic,
  failed,
  missing,
  cancelled,
}: Enrichment['tally']): string {
  return [
    `${formatCount(model)} model`,
    `${formatCount(cache)} cache`,
    `${formatCount(heuristic)} heuristic`,
    `${formatCount(failed)} failed`,
    ...(missing > 0 ? [`${formatCount(missing)} deleted meanwhile`] : []),
    ...(cancelled > 0 ? [`${formatCount(cancelled)} cancelled`] : []),
  ].join(', ');
}
