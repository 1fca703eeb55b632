import { HitWindow } from '../aggregates/hit-window.js';
import type { MeasuredWindow } from '../aggregates/measured-window.js';
import { SlidingWindow } from '../aggregates/sliding-window.js';
import { tightestStart } from '../aggregates/tightest.js';
import type { CorrelationPlan } from '../correlation-plan.js';
import type { Entries } from '../entries/entries.js';
import type { WindowClock } from '../window-clock.js';
import type { RuleState } from './group.js';

/**
 * What one correlation measures one group with during a batch: the window that stands at the newest entries and is kept
 * from batch to batch, and another one for late entries. What late entries may cost is bounded.
 */
export class BatchWindows {
  /** Entries that may still be visited for late ones. */
  private left: number;
  private aside: MeasuredWindow | undefined;

  constructor(
    private readonly plan: CorrelationPlan,
    private readonly state: RuleState,
    private readonly entries: Entries,
    private readonly clock: WindowClock,
  ) {
    this.left = clock.maxLate;
  }

  /** Whether so many more entries may be visited for late ones. It is counted when not. */
  affords(steps: number): boolean {
    this.left -= steps;
    if (this.left < 0) this.clock.lateSkipped += 1;
    return this.left >= 0;
  }

  /** Entries that are visited until a window ends at a moment. */
  stepsTo(time: number): number {
    return Math.min(stepsOf(this.state.window, time), stepsOf(this.aside, time), this.stepsOfNew(time));
  }

  /** The window that gets to a moment by the shortest way; a new one when that is shorter. */
  at(time: number): MeasuredWindow {
    const newest = stepsOf(this.state.window, time);
    const aside = stepsOf(this.aside, time);
    if (Math.min(newest, aside) > this.stepsOfNew(time)) return this.build(time);
    return newest <= aside ? this.state.window! : this.aside!;
  }

  private stepsOfNew(time: number): number {
    return this.entries.upper(time) - this.entries.lower(time - this.plan.timespan);
  }

  private build(time: number): MeasuredWindow {
    const { plan, state } = this;
    const narrow = (from: Entries, indexes: Iterable<number>): number =>
      tightestStart(from, indexes, plan.createAggregator(), plan.rule.threshold);
    const Window = plan.wholeHits ? HitWindow : SlidingWindow;
    const window = new Window(this.entries, plan.createAggregator(), plan.timespan, narrow, time);
    // The window at the newest entries stays there: events in order need it next.
    if (state.window !== undefined && time < state.window.time) this.aside = window;
    else state.window = window;
    return window;
  }
}

function stepsOf(window: MeasuredWindow | undefined, time: number): number {
  return window?.stepsTo(time) ?? Infinity;
}
