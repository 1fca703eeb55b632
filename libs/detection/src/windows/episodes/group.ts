import type { MeasuredWindow } from '../aggregates/measured-window.js';
import { Entries } from '../entries/entries.js';
import type { EntryPages } from '../entries/entry-pages.js';
import type { GroupKey } from '../groups/event-facts.js';
import type { StoredGroup } from '../groups/group-store.js';
import type { Episode } from './episode.js';

/** What one correlation knows of a group. */
export class RuleState {
  /** Oldest first. */
  episodes: Episode[] = [];
  /** The window measured last at the newest entries; undefined when it must be built again. */
  window: MeasuredWindow | undefined;
}

/** Of the many groups in which no condition is ever met; never changed. */
const NO_STATES: (RuleState | undefined)[] = [];

/** One group: the entries, and what each correlation that looks at them knows of it. */
export class Group implements StoredGroup {
  readonly entries: Entries;
  /** Times of entries that came or came again, where that may matter; undefined when nothing is to be measured. */
  touched: number[] | undefined;
  /** Whether it waits for the end of the batch. */
  inLine = false;
  /** absence of one rule: when the group will be looked at next; undefined when no event waits for a further one. */
  nextLook: number | undefined;
  lastArrival = -Infinity;
  removed = false;
  private known: (RuleState | undefined)[] = NO_STATES;

  constructor(
    /** Set by the store that the group is in. */
    public key: GroupKey,
    pages: EntryPages,
  ) {
    this.entries = new Entries(pages);
  }

  /** By the number of the correlation among those that share the windows; made when needed. */
  get states(): readonly (RuleState | undefined)[] {
    return this.known;
  }

  state(number: number): RuleState {
    if (this.known === NO_STATES) this.known = [];
    return (this.known[number] ??= new RuleState());
  }
}
