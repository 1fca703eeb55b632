import type { Episode } from './episode.js';
import type { Track } from './group-window.js';

/** A stretch of time with all the episodes that it touches. */
export interface Stretch {
  readonly low: number;
  readonly high: number;
}

/** A firing taken back can cut an episode short or in two: all that is left of it is named. */
export function stretchAround({ episodes }: Track, from: number, to: number, timespan: number): Stretch {
  let low = from;
  let high = to;
  for (const { first, last } of episodes.overlapping(from, to, timespan)) {
    low = Math.min(low, first);
    high = Math.max(high, last);
  }
  return { low, high };
}

/** The episodes that any of these stretches touches, each once. */
export function episodesWithin(
  { episodes }: Track,
  stretches: readonly Stretch[],
  timespan: number,
): readonly Episode[] {
  const found = new Set<Episode>();
  for (const { low, high } of stretches) {
    for (const episode of episodes.overlapping(low, high, timespan)) found.add(episode);
  }
  return [...found];
}
