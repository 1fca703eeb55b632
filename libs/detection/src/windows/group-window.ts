import { EntryColumns, type ColumnNeeds } from './entry-columns.js';
import type { Episode } from './episode.js';
import type { GroupKey } from './event-facts.js';
import type { Judge } from './judge.js';

/** Where a judge stands: it holds the entries [low, high) of its group. */
export interface Cursor {
  judge: Judge;
  low: number;
  high: number;
}

/** What one correlation knows of a group. */
export class Track {
  /** Oldest first. */
  episodes: Episode[] = [];
  /** The judge at the newest entries; undefined when it must be built anew. */
  cursor: Cursor | undefined;
  /** Firings in order of time; only where a late event can take one back. */
  firings: { times: number[]; values: number[] } | undefined;
}

/** One group: the entries, and for each correlation that looks at them how far they have been judged. */
export class GroupWindow {
  readonly entries: EntryColumns;
  /** By the number of the correlation among those that share the windows; made when needed. */
  readonly tracks: (Track | undefined)[] = [];
  /** Times of entries that are new or were seen again since the last judgement. */
  readonly touched: number[] = [];
  /** Whether the group waits for a judgement. */
  dirty = false;
  /** Greatest arrival of an entry: how stale the group is. */
  lastArrival = -Infinity;
  /** The arrival under which the group stands in the queue of idle groups. */
  queuedArrival = -Infinity;
  removed = false;

  constructor(
    readonly key: GroupKey,
    needs: ColumnNeeds,
  ) {
    this.entries = new EntryColumns(needs);
  }

  track(number: number): Track {
    return (this.tracks[number] ??= new Track());
  }
}
