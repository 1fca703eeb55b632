import { z } from 'zod';
import type { EventEnvelope } from './event-envelope.js';

/** What live views show of an event. */
export const EventGlimpse = z
  .object({
    uid: z.string(),
    event_id: z.string(),
    source: z.string(),
    event_type: z.string(),
    user: z.string(),
    timestamp: z.string(),
  })
  .meta({ id: 'EventGlimpse', description: 'An event without its raw data.' });
export type EventGlimpse = z.infer<typeof EventGlimpse>;

/**
 * `events.counted` v1: that many events became rows. For live views, which need to know that something happened, and
 * what the latest was, but not every event: it has no durable consumer.
 */
export const EventsCounted = z
  .object({
    stored: z.int().nonnegative(),
    sample: z.array(EventGlimpse).describe('The newest of them by arrival, at most 20.'),
  })
  .meta({ id: 'EventsCounted', description: 'Events were stored.' });
export type EventsCounted = z.infer<typeof EventsCounted>;

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
