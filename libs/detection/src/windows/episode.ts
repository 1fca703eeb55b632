import { BlockList } from './block-list.js';
import type { Firings } from './firings.js';

/**
 * A stretch of one group in which the correlation kept firing: the union of firing windows, each of which begins at or
 * before the firing before it.
 */
export interface Episode {
  /** Time of the first firing. */
  first: number;
  /** Time of the last firing: where the episode ends. */
  last: number;
  /** What was measured at the last firing. */
  value: number;
  /** The part whose entries are gone. */
  frozen: FrozenPart | undefined;
}

/** What is remembered of entries that are no longer kept. */
export interface FrozenPart {
  /** Time of the episode's first event. */
  start: number;
  /** Number of events that are gone. */
  count: number;
  /** The earliest of them, at most {@link EVIDENCE}. */
  ids: string[];
  /** Firings over firings only: events up to this time are already in `count`. */
  until: number;
}

/** Event ids kept at each end of an episode. */
export const EVIDENCE = 50;

/** The episodes of one group, oldest first, apart by more than the timespan. */
export class Episodes extends BlockList<Episode> {
  /** Address of the first that ends at a time or later. */
  endingFrom(time: number): number {
    return this.find(({ last }) => last >= time);
  }

  /** Those that end at `from` or later and begin (`lookback` before their first firing) at `to` or earlier. */
  *overlapping(from: number, to: number, lookback: number): IterableIterator<Episode> {
    for (let i = this.endingFrom(from); i < this.end; i = this.next(i)) {
      const episode = this.at(i);
      if (episode.first - lookback > to) return;
      yield episode;
    }
  }
}

/** Puts a firing among the episodes; answers its episode. */
export function addFiring(episodes: Episodes, time: number, value: number, timespan: number): Episode {
  // Where an episode beginning with this firing would stand.
  const place = episodes.find(({ first }) => first > time);
  const before = place === episodes.begin ? undefined : episodes.at(episodes.previous(place));
  const after = place === episodes.end ? undefined : episodes.at(place);
  if (before === undefined || time - before.last > timespan) {
    if (after !== undefined && after.first - time <= timespan) {
      after.first = time;
      return after;
    }
    const episode: Episode = { first: time, last: time, value, frozen: undefined };
    episodes.insert(place, episode);
    return episode;
  }
  if (time >= before.last) {
    before.last = time;
    before.value = value;
  }
  if (after !== undefined && after.first - before.last <= timespan) {
    before.last = Math.max(before.last, after.last);
    before.value = after.value;
    before.frozen = joinFrozen(before.frozen, after.frozen);
    episodes.remove(place);
  }
  return before;
}

/** The episode a moment belongs to, if any. `lookback`: how long before its first firing an episode may begin. */
export function episodeAt(episodes: Episodes, time: number, lookback: number): Episode | undefined {
  let found: Episode | undefined;
  for (let i = episodes.endingFrom(time); i < episodes.end; i = episodes.next(i)) {
    const episode = episodes.at(i);
    if (time < (episode.frozen?.start ?? episode.first - lookback)) break;
    found = episode;
  }
  return found;
}

/**
 * Takes back a firing that is no longer among the firings: its episode becomes shorter, or two, or none. What an earlier
 * firing measured is asked for when it becomes the last.
 */
export function removeFiring(
  episodes: Episodes,
  time: number,
  firings: Firings,
  timespan: number,
  valueAt: (time: number) => number,
): void {
  const place = episodes.endingFrom(time);
  const episode = place === episodes.end ? undefined : episodes.at(place);
  if (episode === undefined || episode.first > time) return;
  const next = firings.from(time);
  const before = next === firings.begin ? -Infinity : firings.at(firings.previous(next)).time;
  const after = next === firings.end ? Infinity : firings.at(next).time;
  const left = before >= episode.first ? before : undefined;
  const right = after <= episode.last ? after : undefined;
  // The firings of a frozen part are gone: its episode stays with what it had.
  if (left === undefined && episode.frozen !== undefined && episode.first < (firings.first?.time ?? Infinity))
    return;
  if (left === undefined && right === undefined) {
    episodes.remove(place);
  } else if (left === undefined) {
    episode.first = right!;
  } else if (right === undefined) {
    episode.last = left;
    episode.value = valueAt(left);
  } else if (right - left > timespan) {
    const { last, value } = episode;
    episode.last = left;
    episode.value = valueAt(left);
    episodes.insert(episodes.next(place), { first: right, last, value, frozen: undefined });
  }
  // What is gone of the episode was behind what is left of it.
  if (episode.frozen !== undefined && episode.frozen.start > episode.last) episode.frozen = undefined;
}

function joinFrozen(a: FrozenPart | undefined, b: FrozenPart | undefined): FrozenPart | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return {
    start: Math.min(a.start, b.start),
    count: a.count + b.count,
    ids: [...a.ids, ...b.ids].slice(0, EVIDENCE),
    until: Math.max(a.until, b.until),
  };
}
