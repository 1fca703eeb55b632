import { type EventEnvelope, logSourcesOf } from '@mcm/contracts';
import type { DetectorEvent } from '@mcm/detection';

/**
 * The record that rules see: the fields of raw_data, and over them the fields of the envelope, so that a producer
 * cannot pass one event off as another by naming a field `event_type` in raw_data. `raw_data.x` reaches what lies below.
 */
export function detectorEvent(event: EventEnvelope): DetectorEvent {
  return {
    id: event.uid,
    time: Date.parse(event.timestamp),
    receivedAt: Date.parse(event.received_at),
    logsource: logSourcesOf(event.source),
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
