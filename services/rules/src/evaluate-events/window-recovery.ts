import type { Detector, OpenEpisode } from '@mcm/detection';
import type { StoredEvents } from '@mcm/persistence';
import { detectorEvent } from './detector-event.js';
import { inTurns } from './in-turns.js';
import type { ArrivalRange } from './shared-order.js';

/**
 * Gives the windows of a detector the events that they would hold: every stored one that arrived since.
 *
 * @param since arrival time, milliseconds since 1970-01-01T00:00:00Z
 * @param now see {@link detectorEvent}
 * @param onPage told after each page of events
 * @returns how many events there were
 */
export async function absorbStored(
  detector: Detector,
  stored: StoredEvents,
  since: number,
  now: number,
  onPage: () => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  let events = 0;
  for await (const page of stored.byArrival({ from: new Date(since).toISOString() })) {
    const offered = page.map((event) => detectorEvent(event, now));
    await inTurns(offered, (some, turn) => detector.absorb(some, turn));
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
  now: number,
): Promise<void> {
  const range = { from: new Date(since).toISOString(), to: new Date(until + 1).toISOString() };
  for await (const page of stored.byArrival(range)) {
    const offered = page.map((event) => detectorEvent(event, now));
    await inTurns(offered, (some, turn) => detector.absorb(some, turn));
  }
}

/**
 * The episodes that a detector has to be told of when it starts with stored events since a time. To be asked for before
 * the events are read: then every event that an episode counts is among them, or too old for the windows. One that other
 * processes count meanwhile would be taken for an old one, and be counted twice when it comes.
 */
export async function episodesSince(stored: StoredEvents, since: number): Promise<OpenEpisode[]> {
  const episodes = await stored.openEpisodes(new Date(since).toISOString());
  return episodes.map((episode) => ({
    ruleId: episode.rule_id,
    groupKey: episode.group_key,
    firstSeen: Date.parse(episode.first_seen),
    lastSeen: Date.parse(episode.last_seen),
    count: episode.event_count,
    eventIds: episode.event_uids,
  }));
}
