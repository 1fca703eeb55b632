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

/** Puts a firing into the list of episodes (ordered, apart by more than the timespan); answers its episode. */
export function addFiring(episodes: Episode[], time: number, value: number, timespan: number): Episode {
  let index = episodes.length;
  while (index > 0 && episodes[index - 1]!.first > time) index -= 1;
  // `index` is where an episode beginning with this firing would stand.
  const before = episodes[index - 1];
  let episode: Episode;
  if (before !== undefined && time - before.last <= timespan) {
    episode = before;
    index -= 1;
    if (time >= episode.last) {
      episode.last = time;
      episode.value = value;
    }
  } else {
    episode = { first: time, last: time, value, frozen: undefined };
    episodes.splice(index, 0, episode);
  }
  const after = episodes[index + 1];
  if (after !== undefined && after.first - episode.last <= timespan) {
    episode.last = Math.max(episode.last, after.last);
    episode.value = after.value;
    episode.frozen = joinFrozen(episode.frozen, after.frozen);
    episodes.splice(index + 1, 1);
  }
  return episode;
}

/** The episode a moment belongs to, if any. `lookback`: how long before its first firing an episode may begin. */
export function episodeAt(episodes: readonly Episode[], time: number, lookback: number): Episode | undefined {
  for (let i = episodes.length - 1; i >= 0; i -= 1) {
    const episode = episodes[i]!;
    if (time > episode.last) return undefined;
    if (time >= (episode.frozen?.start ?? episode.first - lookback)) return episode;
  }
  return undefined;
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
