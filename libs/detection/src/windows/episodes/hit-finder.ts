import type { MeasuredWindow } from '../aggregates/measured-window.js';
import { mayHit } from '../aggregates/prefilter.js';
import { meetsThreshold } from '../aggregates/threshold.js';
import type { CorrelationPlan } from '../correlation-plan.js';
import type { Entries, Entry, Insertion } from '../entries/entries.js';
import type { EventFacts } from '../groups/event-facts.js';
import type { GroupKey } from '../groups/event-facts.js';
import type { WindowClock } from '../window-clock.js';
import { BatchWindows } from './batch-windows.js';
import { addHit, episodeAt, episodesAt, type Episode } from './episode.js';
import type { Group, RuleState } from './group.js';

/** A threshold hit on its way into the windows of a correlation over the one that it belongs to. */
export interface Hit {
  readonly key: GroupKey;
  readonly id: string;
  readonly time: number;
  readonly arrival: number;
  /** The number of the referred rule. */
  readonly bit: number;
  readonly facts: EventFacts;
  /** Where its tightest window begins. */
  readonly start: number;
  /** The group in which it happened. */
  readonly origin: Group;
}

/** Where the hits of a correlation go: the windows of a correlation over it. */
export interface HitTarget {
  put(hit: Hit): void;
}

const NOTHING: readonly Episode[] = [];

/** Finds for one correlation the moments at which its condition is met, and keeps its episodes. */
export class HitFinder {
  /** Between hits of one episode there is nothing to be learned. */
  private readonly skips: boolean;
  /** temporal_ordered: the bit of its last step, with which each hit ends. */
  private readonly lastStep: number | undefined;

  constructor(
    readonly plan: CorrelationPlan,
    /** Which state of a group is this correlation's. */
    readonly number: number,
    /** The windows of the plan's dependents, in their order. */
    private readonly dependents: readonly HitTarget[],
    private readonly clock: WindowClock,
  ) {
    this.skips = !plan.undoable && dependents.length === 0;
    const { type, references } = plan.rule;
    this.lastStep = type === 'temporal_ordered' ? 1 << (references.length - 1) : undefined;
  }

  /** An entry came in, or has more bits or a later start than before. */
  inserted(group: Group, entry: Entry, how: Insertion): void {
    const state = group.states[this.number];
    const window = state?.window;
    if (window === undefined || how === 'known') return;
    const usable = how === 'new' ? window.inserted(entry) : entry.time > window.time;
    if (!usable) state!.window = undefined;
  }

  /** Entries up to a time were dropped. */
  dropped(group: Group, last: number): void {
    const state = group.states[this.number];
    if (state === undefined) return;
    const { entries } = group;
    if (
      state.window !== undefined &&
      (entries.size === 0 || last >= state.window.time - this.plan.timespan)
    ) {
      state.window = undefined;
    }
    const { episodes } = state;
    const gone = episodes.findIndex((episode) => episode.last >= entries.firstTime || episode.last > last);
    episodes.splice(0, gone < 0 ? episodes.length : gone);
  }

  /**
   * Measures the windows that entries of these times lie in, and answers the episodes that these belong to.
   *
   * @param touched in order
   */
  findAround(group: Group, touched: readonly number[]): readonly Episode[] {
    if (this.cannotHit(group, touched[0]!)) return NOTHING;
    const state = group.state(this.number);
    const { timespan } = this.plan;
    const windows = new BatchWindows(this.plan, state, group.entries, this.clock);
    for (let i = 0; i < touched.length;) {
      // Windows of neighbouring entries are measured together.
      const first = i;
      let last = touched[first]!;
      for (i += 1; i < touched.length && touched[i]! <= last + timespan; i += 1) last = touched[i]!;
      this.measureWithin(group, state, touched[first]!, last + timespan, touched.length, windows);
    }
    return episodesAt(state.episodes, touched, this.plan.lookback);
  }

  /**
   * Measures the windows that end at these moments, and answers the times of those that meet the condition.
   *
   * @param times in order
   */
  findAt(group: Group, times: readonly number[]): readonly number[] {
    const { entries } = group;
    if (!mayHit(this.plan.prefilter, entries, times[0]! - this.plan.timespan)) return [];
    const state = group.state(this.number);
    const windows = new BatchWindows(this.plan, state, entries, this.clock);
    return times.filter((time) => {
      const first = entries.lower(time);
      const end = entries.upper(time);
      if (first === end) return false;
      const isLate = state.window !== undefined && time < state.window.time;
      if (isLate && !windows.affords(windows.stepsTo(time))) return false;
      return this.measure(group, state, windows.at(time), first, end);
    });
  }

  /** The usual case: what came in touches no episode, and no window that holds some of it can meet the condition. */
  private cannotHit(group: Group, first: number): boolean {
    const last = group.states[this.number]?.episodes.at(-1);
    if (last !== undefined && last.last >= first) return false;
    return !mayHit(this.plan.prefilter, group.entries, first - this.plan.timespan);
  }

  /**
   * Measures the windows that end within [from, to].
   *
   * Late are entries that others follow which were not among the `touched`. What they may cost is bounded: where more
   * entries would be visited, the windows that they lie in are not measured again.
   */
  private measureWithin(
    group: Group,
    state: RuleState,
    from: number,
    to: number,
    touched: number,
    windows: BatchWindows,
  ): void {
    const { entries } = group;
    const { count } = this.plan;
    const { episodes } = state;
    let first = entries.lower(from);
    const isLate = entries.end - entries.upper(from) > touched;
    const known = this.skips ? episodeAt(episodes, from, 0) : undefined;
    if (known !== undefined && from < known.last) first = this.endOf(entries, known);
    if (first >= entries.end || entries.time(first) > to) return;
    const end = entries.upper(to);
    if (isLate) {
      const way = count === undefined ? windows.stepsTo(entries.time(first)) : 0;
      if (!windows.affords(end - first + way)) return;
    }
    let window: MeasuredWindow | undefined;
    for (let i = first; i < end;) {
      const time = entries.time(i);
      let next = i + 1;
      while (next < end && entries.time(next) === time) next += 1;
      const episode = this.skips && episodes.length > 0 ? episodeAt(episodes, time, 0) : undefined;
      if (episode !== undefined && time < episode.last) {
        next = Math.max(next, this.endOf(entries, episode));
        // Another window may be nearer to where it goes on.
        window = undefined;
      } else if (count !== undefined) {
        const begin = next - count;
        if (begin >= entries.begin && entries.time(begin) >= time - this.plan.timespan) {
          const value = next - entries.lower(time - this.plan.timespan);
          this.hit(group, state, i, next, value, entries.time(begin));
        }
      } else if (this.mayEnd(entries, i, next)) {
        window ??= windows.at(time);
        this.measure(group, state, window, i, next);
      }
      i = next;
    }
  }

  /** Whether a hit may end with the entries [first, end). */
  private mayEnd(entries: Entries, first: number, end: number): boolean {
    if (this.lastStep === undefined) return true;
    for (let i = first; i < end; i += 1) if ((entries.mask(i) & this.lastStep) !== 0) return true;
    return false;
  }

  /**
   * Where to go on after the hits of an episode: with the last of them, whose value is reported and may have changed.
   * That of a sequence is always the same.
   */
  private endOf(entries: Entries, { last }: Episode): number {
    return this.lastStep === undefined ? entries.lower(last) : entries.upper(last);
  }

  /** Measures the window that ends with the entries [first, end), all of one moment; answers whether it is a hit. */
  private measure(
    group: Group,
    state: RuleState,
    window: MeasuredWindow,
    first: number,
    end: number,
  ): boolean {
    const time = group.entries.time(first);
    window.moveTo(time);
    const value = window.measure();
    if (value === undefined || !meetsThreshold(this.plan.rule.threshold, value)) return false;
    this.hit(group, state, first, end, value, this.dependents.length > 0 ? window.tightest() : time);
    return true;
  }

  /** The window that ends with the entries [first, end), all of one moment, meets the condition. */
  private hit(
    group: Group,
    state: RuleState,
    first: number,
    end: number,
    value: number,
    start: number,
  ): void {
    const { entries } = group;
    const time = entries.time(first);
    addHit(state.episodes, time, value, this.plan.timespan);
    for (const [which, target] of this.dependents.entries()) {
      const { bit } = this.plan.dependents[which]!;
      for (let i = first; i < end; i += 1) {
        const facts = entries.onward(i)?.[which];
        if (facts === undefined) continue;
        const [id, arrival] = [entries.id(i), entries.arrival(i)];
        for (const key of facts.groups) {
          target.put({ key, id, time, arrival, bit, facts, start, origin: group });
        }
      }
    }
  }
}
