import type { Detector } from '@mcm/detection';
import type { StoredEvents } from '@mcm/persistence';
import { detectorEvent } from './detector-event.js';
import type { ArrivalRange } from './shared-order.js';

/**
 * Gives the windows of a detector the events that they would hold: every stored one that arrived since.
 *
 * @param since arrival time, milliseconds since 1970-01-01T00:00:00Z
 * @param onPage told after each page of events
 * @returns how many events there were
 */
export async function absorbStored(
  detector: Detector,
  stored: StoredEvents,
  since: number,
  onPage: () => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  let events = 0;
  for await (const page of stored.byArrival({ from: new Date(since).toISOString() })) {
    detector.absorb(page.map(detectorEvent));
    events += page.length;
    await onPage();
  }
  return events;
}

/** Gives the windows of a detector the stored events that arrived in a range. */
export async function absorbRange(
  detector: Detector,
  stored: StoredEvents,
  { since, until }: ArrivalRange,
): Promise<void> {
  const range = { from: new Date(since).toISOString(), to: new Date(until + 1).toISOString() };
  for await (const page of stored.byArrival(range)) detector.absorb(page.map(detectorEvent));
}

/**
 * Makes the episodes known that were already under way before the events that were absorbed.
 *
 * @param since the same as of {@link absorbStored}
 * @returns how many episodes there were
 */
export async function seedEpisodes(detector: Detector, stored: StoredEvents, since: number): Promise<number> {
  const episodes = await stored.openEpisodes(new Date(since).toISOString());
  for (const episode of episodes) {
    detector.seedEpisode({
      ruleId: episode.rule_id,
      groupKey: episode.group_key,
      firstSeen: Date.parse(episode.first_seen),
      lastSeen: Date.parse(episode.last_seen),
      count: episode.event_count,
      eventIds: episode.event_uids,
    });
  }
  return episodes.length;
}
