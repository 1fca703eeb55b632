import type { Detection } from '../src/index.js';

/** An event of the tests below: small numbers, so that edges are met often. */
export interface TestMatch {
  id: string;
  time: number;
  kinds: string[];
  group: string;
  value?: number;
}

/** What an episode must look like. */
export interface ExpectedEpisode {
  group: string;
  firstSeen: number;
  lastSeen: number;
  count: number;
  eventIds: string[];
}

/**
 * Works episodes out from the definition, one group at a time and without any state: at each moment there is an event,
 * does the window [t - timespan, t] fire? Consecutive threshold hits within a timespan are one episode.
 */
export function expectedEpisodes(
  matches: readonly TestMatch[],
  timespan: number,
  fires: (window: readonly TestMatch[], time: number) => boolean,
  leaves: (window: readonly TestMatch[]) => readonly TestMatch[] = (window) => window,
): ExpectedEpisode[] {
  const episodes: ExpectedEpisode[] = [];
  for (const group of new Set(matches.map((match) => match.group))) {
    const events = matches.filter((match) => match.group === group).sort(order);
    const hits = [...new Set(events.map(({ time }) => time))].filter((time) =>
      fires(between(events, time - timespan, time), time),
    );
    for (let i = 0; i < hits.length;) {
      const first = hits[i]!;
      let last = first;
      for (i += 1; i < hits.length && hits[i]! - last <= timespan; i += 1) last = hits[i]!;
      const inside = [...leaves(between(events, first - timespan, last))].sort(order);
      episodes.push({
        group,
        firstSeen: inside[0]!.time,
        lastSeen: last,
        count: inside.length,
        eventIds: inside.map(({ id }) => id),
      });
    }
  }
  return episodes.sort((a, b) =>
    a.group < b.group ? -1 : a.group > b.group ? 1 : a.firstSeen - b.firstSeen,
  );
}

function between(events: readonly TestMatch[], from: number, to: number): TestMatch[] {
  return events.filter(({ time }) => time >= from && time <= to);
}

function order(a: TestMatch, b: TestMatch): number {
  return a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}

/** What a store ends up with: an episode that is named takes the place of all it overlaps. */
export function reconcile(detections: readonly Detection[]): ExpectedEpisode[] {
  const kept: Detection[] = [];
  for (const detection of detections) {
    for (let i = kept.length - 1; i >= 0; i -= 1) {
      const known = kept[i]!;
      if (
        known.groupKey === detection.groupKey &&
        known.firstSeen <= detection.lastSeen &&
        known.lastSeen >= detection.firstSeen
      ) {
        kept.splice(i, 1);
      }
    }
    kept.push(detection);
  }
  return kept
    .map((detection) => ({
      group: Object.values(detection.group)[0] ?? '',
      firstSeen: detection.firstSeen.getTime(),
      lastSeen: detection.lastSeen.getTime(),
      count: detection.count,
      eventIds: [...detection.eventIds],
    }))
    .sort((a, b) => (a.group < b.group ? -1 : a.group > b.group ? 1 : a.firstSeen - b.firstSeen));
}
