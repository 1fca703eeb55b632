import type { Detection } from '@mcm/detection';
import type { FindingEvent } from '../evaluate-events/finding-draft.js';
import type { EventPages } from './stored-events.js';

/** Who the events of detections were about and when they arrived, by uid; events lie within the time of their detection. */
export async function arrivalsOf(
  stored: Pick<EventPages, 'arrivals'>,
  detections: readonly Detection[],
): Promise<Map<string, FindingEvent>> {
  if (detections.length === 0) return new Map();
  let from = Infinity;
  let to = -Infinity;
  for (const { firstSeen, lastSeen } of detections) {
    from = Math.min(from, firstSeen.getTime());
    to = Math.max(to, lastSeen.getTime());
  }
  return stored.arrivals(
    detections.flatMap(({ eventIds }) => [...eventIds]),
    { from: new Date(from).toISOString(), to: new Date(to).toISOString() },
  );
}
