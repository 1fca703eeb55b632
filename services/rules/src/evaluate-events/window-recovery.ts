import type { Detector } from '@mcm/detection';
import type { StoredEvents } from '@mcm/persistence';
import { detectorEvent } from './detector-event.js';

/** What was needed to give a fresh detector the windows of the one before it. */
export interface RecoveredWindows {
  events: number;
  episodes: number;
}

/**
 * Fills the windows of a fresh detector from what is stored: every event that arrived within the horizon of the longest
 * window, then the episodes that were already under way before it.
 *
 * @param since arrival time, milliseconds since 1970-01-01T00:00:00Z
 */
export async function recoverWindows(
  detector: Detector,
  stored: StoredEvents,
  since: number,
): Promise<RecoveredWindows> {
  let events = 0;
  const from = new Date(since).toISOString();
  for await (const page of stored.byArrival({ from })) {
    detector.absorb(page.map(detectorEvent));
    events += page.length;
  }
  const episodes = await stored.openEpisodes(from);
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
  return { events, episodes: episodes.length };
}
