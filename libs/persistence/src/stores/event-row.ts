import type { EventEnvelope } from '@mcm/contracts';

/** The columns of `events e` that make an envelope. */
export const EVENT_ROW = `e.id, e.uid, e.event_id, e.source, e.event_type, e."user", e."timestamp", e.received_at,
  e.correlation_id, e.raw_data, e.conflicts_with`;

/** A row of `events` as the driver gives it. */
export type EventRow = Omit<
  EventEnvelope,
  'timestamp' | 'received_at' | 'conflicts_with' | 'content_hash'
> & {
  id: string;
  timestamp: Date;
  received_at: Date;
  conflicts_with: string | null;
};

/** The event as it was when it was accepted. */
export function toEnvelope(row: EventRow): EventEnvelope {
  return {
    uid: row.uid,
    event_id: row.event_id,
    source: row.source,
    event_type: row.event_type,
    user: row.user,
    timestamp: row.timestamp.toISOString(),
    received_at: row.received_at.toISOString(),
    correlation_id: row.correlation_id,
    raw_data: row.raw_data,
    ...(row.conflicts_with !== null && { conflicts_with: row.conflicts_with }),
  };
}
