import type { AbsenceIndex } from './absence.js';
import { EntryColumns } from './entry-columns.js';
import type { EntryPages } from './entry-pages.js';
import { Episodes } from './episode.js';
import type { GroupKey } from './event-facts.js';
import type { Firings } from './firings.js';
import type { WindowCursor } from './window-cursor.js';
import type { WindowIndex } from './window-index.js';

/** What one correlation knows of a group. */
export class Track {
  /** Oldest first. */
  readonly episodes = new Episodes();
  /** The window judged last at the newest entries, and one judged last elsewhere; undefined when it must be made anew. */
  cursor: WindowCursor | undefined;
  parked: WindowCursor | undefined;
  /** Only where a late event can take a firing back. */
  firings: Firings | undefined;
  /** Only while late events come into the group when it is large. */
  index: WindowIndex | undefined;
  /** Without an index: entries that were gone through for late events. With one: events until it is given up. */
  effort = 0;
}

/** Of the many groups in which nothing ever fires; never changed. */
const NO_TRACKS: (Track | undefined)[] = [];

/** One group: the entries, and for each correlation that looks at them how far they have been judged. */
export class GroupWindow {
  readonly entries: EntryColumns;
  /** Times of entries that came, came again or went, where that may matter; undefined when nothing is to be judged. */
  touched: number[] | undefined;
  /** In which round of judging an entry came last, and how many groups came before this one in it. */
  round = -1;
  place = 0;
  /** Number of tracks with an index. */
  indexes = 0;
  /** absence: only when the group is large. */
  absence: AbsenceIndex | undefined;
  /** absence of one rule: when the group will be looked at next; undefined when nobody waits for anything. */
  nextLook: number | undefined;
  /** Greatest arrival of an entry: how stale the group is. */
  lastArrival = -Infinity;
  removed = false;
  private known: (Track | undefined)[] = NO_TRACKS;

  constructor(
    /** Set by the store that the group is in. */
    public key: GroupKey,
    pages: EntryPages,
  ) {
    this.entries = new EntryColumns(pages);
  }

  /** Whether something must be told of every entry that comes in. */
  get indexed(): boolean {
    return this.indexes > 0 || this.absence !== undefined;
  }

  /** By the number of the correlation among those that share the windows; made when needed. */
  get tracks(): readonly (Track | undefined)[] {
    return this.known;
  }

  track(number: number): Track {
    if (this.known === NO_TRACKS) this.known = [];
    return (this.known[number] ??= new Track());
  }
}
