import type { EventEnvelope } from './event-envelope.js';

/** What live views show of an event. */
export type EventGlimpse = Pick<
  EventEnvelope,
  'uid' | 'event_id' | 'source' | 'event_type' | 'user' | 'timestamp'
>;

/**
 * `events.counted` v1: that many events became rows. For live views, which need to know that something happened, and
 * what the latest was, but not every event: it has no durable consumer.
 */
export interface EventsCounted {
  stored: number;
  /** The newest of them by arrival, at most {@link GLIMPSES_MAX}, without their raw data. */
  sample: EventGlimpse[];
}

/** Most events that are shown of a batch. */
export const GLIMPSES_MAX = 20;

/** Sums up events that became rows, oldest first. */
export function countEvents(events: readonly EventEnvelope[]): EventsCounted {
  const sample = events
    .slice(-GLIMPSES_MAX)
    .map(({ uid, event_id, source, event_type, user, timestamp }) => ({
      uid,
      event_id,
      source,
      event_type,
      user,
      timestamp,
    }));
  return { stored: events.length, sample };
}
