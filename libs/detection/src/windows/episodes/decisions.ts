import type { WindowClock } from '../window-clock.js';
import { episodeAt, type Episode } from './episode.js';
import type { Group } from './group.js';
import type { WaitingList } from './waiting-list.js';

/** What decides later than events come: conditions that a late event can undo, and what is found missing. */
export interface LateDecider {
  /** The events that wait; those of another detector when its windows are taken over. */
  list: WaitingList;
  /** An entry that matched the referred rule of this bit was put in. */
  inserted(group: Group, time: number, id: string, arrival: number, bit: number): void;
  /** Decides all that is due. */
  decide(decisions: Decisions): void;
}

interface Decision {
  readonly group: Group;
  /** Number of the correlation among those that share the windows. */
  readonly number: number;
  readonly time: number;
  /** The arrival time at which it was made. */
  readonly at: number;
}

/** What was decided not long ago: it is named again when the answer may have been lost. */
export class Decisions {
  private made: Decision[] = [];

  constructor(private readonly clock: WindowClock) {}

  /** Notes that a hit at a time was decided now. */
  add(group: Group, number: number, time: number): void {
    this.made.push({ group, number, time, at: this.clock.now });
  }

  /** Goes on with what was decided in another detector, which forgets it. */
  takeOver(other: Decisions): void {
    this.made = other.made;
    other.made = [];
  }

  /** Forgets what was decided before a moment. */
  forgetBefore(moment: number): void {
    if (this.made.length === 0 || this.made[0]!.at >= moment) return;
    const kept = this.made.findIndex(({ at }) => at >= moment);
    this.made = kept < 0 ? [] : this.made.slice(kept);
  }

  /** Calls back for each episode that something was decided about at a moment or later, once. */
  since(moment: number, report: (number: number, group: Group, episode: Episode) => void): void {
    let first = this.made.length;
    while (first > 0 && this.made[first - 1]!.at >= moment) first -= 1;
    const reported = new Set<Episode>();
    for (const { group, number, time } of this.made.slice(first)) {
      if (group.removed) continue;
      const episode = episodeAt(group.states[number]?.episodes ?? [], time, 0);
      if (episode === undefined || reported.has(episode)) continue;
      reported.add(episode);
      report(number, group, episode);
    }
  }
}
