import type { EventEnvelope } from '@mcm/contracts';
import type { DetectorEvent } from '@mcm/detection';
import { SOURCES } from '@mcm/sources';

/** How far the clocks of processes that work may differ. */
export const CLOCKS_DIFFER_MS = 60_000;

/**
 * The record that rules see: the fields of raw_data, and over them the fields of the envelope, so that a producer
 * cannot pass one event off as another by naming a field `event_type` in raw_data. `raw_data.x` reaches what lies below.
 *
 * @param now milliseconds since 1970; an event that says it arrived after that, from a process whose clock was wrong, counts
 *   as arriving now: windows would pass over everything that comes until then
 */
export function detectorEvent(event: EventEnvelope, now: number): DetectorEvent {
  const receivedAt = Date.parse(event.received_at);
  return {
    id: event.uid,
    time: Date.parse(event.timestamp),
    receivedAt: receivedAt > now + CLOCKS_DIFFER_MS ? now : receivedAt,
    logsource: SOURCES.logSourcesOf(event.source),
    data: {
      ...event.raw_data,
      event_id: event.event_id,
      event_type: event.event_type,
      user: event.user,
      source: event.source,
      timestamp: event.timestamp,
      identity_conflict: event.conflicts_with !== undefined,
      raw_data: event.raw_data,
    },
  };
}
