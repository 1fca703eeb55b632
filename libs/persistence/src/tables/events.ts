import type { EventEnvelope, JsonObject } from '@mcm/contracts';
import { column, nullable, pick, type RowOf, without } from './columns.js';

/** The columns of `events`. */
export const EVENT = {
  id: column<number>('bigint'),
  /** Identity, derived from source and event_id; for a conflict from its content too. */
  uid: column<string>('uuid'),
  source: column<string>('text'),
  event_id: column<string>('text'),
  event_type: column<string>('text'),
  user: column<string>('text'),
  /** Canonical name of `user`; null where `user` is its own. */
  canonical_user: nullable<string>('text'),
  /** When it happened. */
  timestamp: column<string>('timestamptz(3)'),
  /** When this system accepted it. */
  received_at: column<string>('timestamptz(3)'),
  correlation_id: column<string>('text'),
  raw_data: column<JsonObject>('jsonb'),
  /** Null for events of versions that knew no hash. */
  content_hash: nullable<string>('text'),
  /** Only for a conflict: `uid` of the first event with its source and event_id. */
  conflicts_with: nullable<string>('uuid'),
};

/** What is written of an event; the database numbers it. */
export const NEW_EVENT = without(EVENT, 'id');

/** What makes an envelope. */
export const EVENT_ENVELOPE = without(EVENT, 'canonical_user', 'content_hash');

/** A row with the columns of {@link EVENT_ENVELOPE} as the driver gives it. */
export type EnvelopeRow = Omit<RowOf<typeof EVENT_ENVELOPE>, 'id' | 'timestamp' | 'received_at'> & {
  id: string;
  timestamp: Date;
  received_at: Date;
};

/** The event as it was when it was accepted. */
export function toEnvelope({
  id: _,
  timestamp,
  received_at,
  conflicts_with,
  ...row
}: EnvelopeRow): EventEnvelope {
  return {
    ...row,
    timestamp: timestamp.toISOString(),
    received_at: received_at.toISOString(),
    ...(conflicts_with !== null && { conflicts_with }),
  };
}

/** What the API shows of an event as it stands in its row. */
export const SHOWN_EVENT = pick(
  EVENT,
  'id',
  'event_type',
  'user',
  'timestamp',
  'raw_data',
  'event_id',
  'source',
  'received_at',
  'uid',
  'conflicts_with',
);
