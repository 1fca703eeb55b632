import type { WindowClock } from '../window-clock.js';
import type { Decisions, LateDecider } from './decisions.js';
import { episodeAt } from './episode.js';
import type { Group } from './group.js';
import type { HitFinder } from './hit-finder.js';
import { WaitingList } from './waiting-list.js';

/**
 * Decisions are put together, so many times within the allowed lateness or the timespan: to move the window of a large group there and
 * back for each late event would cost more than the event.
 */
const STEPS = 64;

/**
 * Conditions that a late event can undo (averages, upper bounds …): whether the window that ends with an event meets them
 * is decided when no event can come any more that belongs in it.
 */
export class WaitingConditions implements LateDecider {
  list = new WaitingList();
  private readonly leastTimespan: number;

  constructor(
    /** Of correlations that share windows. */
    private readonly finders: readonly HitFinder[],
    private readonly clock: WindowClock,
  ) {
    this.leastTimespan = Math.min(...finders.map(({ plan }) => plan.timespan));
  }

  inserted(group: Group, time: number, id: string, arrival: number): void {
    const { lateness } = this.clock;
    const due = arrival + this.finders[0]!.plan.waits * lateness;
    const step = Math.floor(Math.min(lateness, this.leastTimespan) / STEPS);
    this.list.add({ group, time, id, due: step < 1 ? due : Math.ceil(due / step) * step });
  }

  decide(decisions: Decisions): void {
    const times = new Map<Group, Set<number>>();
    for (const { group, time } of this.list.takeBefore(this.clock.now)) {
      if (group.removed) continue;
      const known = times.get(group);
      if (known === undefined) times.set(group, new Set([time]));
      else known.add(time);
    }
    for (const [group, some] of times) {
      const inOrder = [...some].sort((a, b) => a - b);
      for (const finder of this.finders) {
        let last: unknown;
        for (const time of finder.findAt(group, inOrder)) {
          // One of each episode is enough to name it again.
          const episode = episodeAt(group.state(finder.number).episodes, time, 0);
          if (episode !== last) decisions.add(group, finder.number, time);
          last = episode;
        }
      }
    }
  }
}
