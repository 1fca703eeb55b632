/**
 * A stretch of one group in which the correlation kept meeting its condition: the union of the windows of its threshold
 * hits, each of which begins at or before the hit before it.
 */
export interface Episode {
  /** Time of the first hit. */
  first: number;
  /** Time of the last hit: where the episode ends. */
  last: number;
  /** What was measured at the last hit. */
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
  /** Correlations over correlations only: events up to this time are already in `count`. */
  until: number;
}

/** Event ids kept at each end of an episode. */
export const EVIDENCE = 50;

/** Index of the first of some episodes, oldest first, that ends at a time or later. */
export function endingFrom(episodes: readonly Episode[], time: number): number {
  let low = 0;
  let high = episodes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (episodes[middle]!.last < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts a hit among the episodes; answers its episode. Episodes are apart by more than the timespan. */
export function addHit(episodes: Episode[], time: number, value: number, timespan: number): Episode {
  let place = endingFrom(episodes, time);
  // One that ends later may have begun by then.
  if (place < episodes.length && episodes[place]!.first <= time) place += 1;
  const before = episodes[place - 1];
  const after = episodes[place];
  if (before === undefined || time - before.last > timespan) {
    if (after !== undefined && after.first - time <= timespan) {
      after.first = time;
      return after;
    }
    const episode: Episode = { first: time, last: time, value, frozen: undefined };
    episodes.splice(place, 0, episode);
    return episode;
  }
  if (time >= before.last) {
    before.last = time;
    before.value = value;
  }
  if (after !== undefined && after.first - before.last <= timespan) {
    before.last = after.last;
    before.value = after.value;
    before.frozen = joinFrozen(before.frozen, after.frozen);
    episodes.splice(place, 1);
  }
  return before;
}

/** The episode a moment belongs to, if any. `lookback`: how long before its first hit an episode may begin. */
export function episodeAt(episodes: readonly Episode[], time: number, lookback: number): Episode | undefined {
  let found: Episode | undefined;
  for (let i = endingFrom(episodes, time); i < episodes.length; i += 1) {
    const episode = episodes[i]!;
    if (time < (episode.frozen?.start ?? episode.first - lookback)) break;
    found = episode;
  }
  return found;
}

/** The episodes that moments, in order of time, belong to; each once. */
export function episodesAt(
  episodes: readonly Episode[],
  times: readonly number[],
  lookback: number,
): readonly Episode[] {
  const found: Episode[] = [];
  if (episodes.length === 0) return found;
  let previous = Number.NaN;
  for (const time of times) {
    if (time === previous) continue;
    previous = time;
    const episode = episodeAt(episodes, time, lookback);
    if (episode !== undefined && episode !== found.at(-1)) found.push(episode);
  }
  return found;
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
