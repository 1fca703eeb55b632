import type { Episode } from './episode.js';
import type { Entries, Origin } from '../entries/entries.js';

/** An event behind an episode of a correlation over correlations. */
export interface LeafEvent {
  readonly id: string;
  readonly time: number;
  /** Bits of the referred rules through which it takes part. */
  readonly mask: number;
}

/**
 * The distinct events behind an episode, oldest first: its own, and those in the windows of the hits it is made of.
 * What lies before the first window of the episode, or is frozen already, is not among them.
 */
export function leafEvents({ entries }: Origin, episode: Episode, lookback: number): LeafEvent[] {
  const from = episode.frozen?.start ?? episode.first - lookback;
  const until = episode.frozen?.until ?? -Infinity;
  const leaves = new Map<string, { id: string; time: number; mask: number }>();
  collect(entries, entries.lower(from), entries.upper(episode.last), undefined, leaves);
  return [...leaves.values()]
    .filter(({ time }) => time >= from && time > until)
    .sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function collect(
  entries: Entries,
  low: number,
  high: number,
  mask: number | undefined,
  leaves: Map<string, { id: string; time: number; mask: number }>,
): void {
  /** Stretches of each origin that hits look back on; they overlap a lot, so they are joined first. */
  const stretches = new Map<Origin, Map<number, { start: number; end: number }[]>>();
  for (let i = low; i < high; i += 1) {
    const bits = mask ?? entries.mask(i);
    const origin = entries.origin(i);
    const time = entries.time(i);
    if (origin === undefined) {
      const id = entries.id(i);
      const known = leaves.get(id);
      if (known === undefined) leaves.set(id, { id, time, mask: bits });
      else known.mask |= bits;
      continue;
    }
    let byBits = stretches.get(origin);
    if (byBits === undefined) stretches.set(origin, (byBits = new Map()));
    let list = byBits.get(bits);
    if (list === undefined) byBits.set(bits, (list = []));
    const start = entries.start(i);
    const last = list.at(-1);
    if (last !== undefined && start <= last.end) {
      last.start = Math.min(last.start, start);
      last.end = time;
    } else {
      list.push({ start, end: time });
    }
  }
  for (const [origin, byBits] of stretches) {
    for (const [bits, list] of byBits) {
      for (const { start, end } of list) {
        collect(origin.entries, origin.entries.lower(start), origin.entries.upper(end), bits, leaves);
      }
    }
  }
}
