import { mayHit, type TimedPrefilter } from './aggregates/prefilter.js';
import { type CorrelationPlan, reachOf } from './correlation-plan.js';
import type { Entry } from './entries/entries.js';
import { EntryLayout } from './entries/entry-layout.js';
import { EntryPages } from './entries/entry-pages.js';
import { Absences } from './episodes/absences.js';
import { Decisions, type LateDecider } from './episodes/decisions.js';
import type { Episode } from './episodes/episode.js';
import { freezeEpisodes } from './episodes/freeze-episodes.js';
import { Group } from './episodes/group.js';
import { HitFinder, type Hit, type HitTarget } from './episodes/hit-finder.js';
import { WaitingConditions } from './episodes/waiting-conditions.js';
import { WaitingList } from './episodes/waiting-list.js';
import type { EventFacts } from './groups/event-facts.js';
import type { GroupKey } from './groups/event-facts.js';
import type { GroupStore } from './groups/group-store.js';
import type { WindowClock } from './window-clock.js';

/** Called for an episode that something changed about. */
export type EpisodeReport = (plan: CorrelationPlan, group: Group, episode: Episode) => void;

/** The windows of one correlation, or of several that can share them: takes matches in, reports episodes. */
export class CorrelationWindows implements HitTarget {
  /** The groups that entries came to since the end of the last batch, where that may matter. */
  private line: Group[] = [];
  /** Those of the last batch, where entries had to stay until what waited was decided. */
  private evaluated: Group[] = [];
  private readonly entry: Entry = {
    time: 0,
    id: '',
    arrival: 0,
    mask: 0,
    value: undefined,
    texts: undefined,
    start: 0,
    origin: undefined,
    onward: undefined,
  };
  /** All of them; and those that find something as soon as an event comes, with what an entry must reach for it. */
  private readonly finders: readonly HitFinder[];
  private readonly prompt: readonly HitFinder[];
  private readonly prefilters: readonly TimedPrefilter[];
  private readonly decider: LateDecider | undefined;
  /** Whether entries are needed when time passes in leaps: what they, or hits that come from them, lead to is decided then. */
  private readonly isDecidedLater: boolean;
  private readonly decisions: Decisions;
  private readonly pages: EntryPages;
  /** How long after its arrival an event can still matter; milliseconds. */
  readonly reach: number;
  /** Takes nothing in until it is given the windows of another detector. */
  private waiting = false;

  constructor(
    /** One correlation, or several that look at the same events in the same groups. */
    readonly plans: readonly CorrelationPlan[],
    private readonly clock: WindowClock,
    /** The windows of the plan's dependents, in their order; only a correlation that stands alone has some. */
    dependents: readonly HitTarget[],
    private readonly store: GroupStore<Group>,
  ) {
    const [plan] = plans;
    const distinct = Math.max(...plans.map(({ needs }) => needs.distinct));
    this.pages = new EntryPages(new EntryLayout({ ...plan!.needs, distinct }));
    this.finders = plans.map((each, number) => new HitFinder(each, number, dependents, clock));
    const isAbsence = plan!.rule.type === 'absence';
    this.prompt = isAbsence ? [] : this.finders.filter((finder) => !finder.plan.undoable);
    this.prefilters = this.prompt.map((finder) => finder.plan);
    const undoable = this.finders.filter((finder) => finder.plan.undoable);
    if (isAbsence) this.decider = new Absences(plan!, clock);
    else if (undoable.length > 0) this.decider = new WaitingConditions(undoable, clock);
    this.decisions = new Decisions(clock);
    this.isDecidedLater = plans.some(({ reach }) => reach.times > 1);
    this.reach = Math.max(...plans.map((each) => reachOf(each, clock.lateness)));
  }

  /** From now on takes nothing in: the same windows of another detector will come instead. */
  awaitOthers(): void {
    this.waiting = true;
  }

  get isWaiting(): boolean {
    return this.waiting;
  }

  /** Goes on with the windows of the same correlations in another detector, which takes nothing in from then on. */
  takeOver(other: CorrelationWindows): void {
    this.store.takeOver(other.store);
    for (const group of this.store.all()) {
      this.clock.groups += 1;
      this.clock.entries += group.entries.size;
      other.clock.groups -= 1;
      other.clock.entries -= group.entries.size;
    }
    this.line = other.line;
    other.line = [];
    this.decisions.takeOver(other.decisions);
    if (this.decider !== undefined && other.decider !== undefined) {
      this.decider.list = other.decider.list;
      other.decider.list = new WaitingList();
    }
    this.waiting = false;
    other.waiting = true;
  }

  /** The arrival after which something may be decided that waits; Infinity when nothing does. */
  get due(): number {
    return this.decider?.list.due ?? Infinity;
  }

  /** Adds an event that the referred rule of this bit matched. */
  offer(id: string, time: number, arrival: number, bit: number, facts: EventFacts): void {
    if (this.waiting) return;
    this.fill(id, time, arrival, bit, facts);
    const { groups } = facts;
    for (let i = 0; i < groups.length; i += 1) this.take(groups[i]!, bit);
  }

  put({ key, id, time, arrival, bit, facts, start, origin }: Hit): void {
    this.fill(id, time, arrival, bit, facts);
    this.entry.start = start;
    this.entry.origin = origin;
    this.take(key, bit);
  }

  /**
   * Finds what the entries since the last call led to and reports each episode that they touched, once. `since` is the
   * earliest arrival of what was offered: what was decided after it is reported again, in case the events are being
   * delivered again because the last answer was lost.
   */
  evaluate(report: EpisodeReport, since: number): void {
    for (const group of this.line) group.entries.settle();
    if (this.decider !== undefined) {
      this.decider.decide(this.decisions);
      this.decisions.forgetBefore(this.clock.now - this.reach);
      this.decisions.since(since, (number, group, episode) => report(this.plans[number]!, group, episode));
    }
    const { line } = this;
    if (line.length === 0) return;
    this.line = [];
    for (const group of line) {
      const { touched } = group;
      group.inLine = false;
      group.touched = undefined;
      if (group.removed) continue;
      if (touched !== undefined) this.findAround(group, touched, report);
    }
    if (this.isDecidedLater) this.evaluated = line;
  }

  private findAround(group: Group, touched: number[], report: EpisodeReport): void {
    if (touched.length > 1) touched.sort((a, b) => a - b);
    for (const finder of this.prompt) {
      for (const episode of finder.findAround(group, touched)) {
        report(finder.plan, group, episode);
        // It may come from what was decided just now, and that answer may be lost.
        if (finder.plan.waits > 0) this.decisions.add(group, finder.number, episode.last);
      }
    }
  }

  /** The group with this key, made when there is none. */
  group(key: GroupKey): Group {
    let group = this.store.get(key);
    if (group === undefined) {
      group = new Group(key, this.pages);
      group.lastArrival = this.clock.now;
      this.store.add(group);
      this.clock.groups += 1;
    }
    return group;
  }

  /** Forgets what is out of reach, after all correlations have been evaluated. */
  sweep(): void {
    for (const group of this.evaluated) if (!group.removed) this.expire(group);
    this.evaluated = [];
    this.store.quiet(
      this.clock.now - this.reach,
      (group) => this.remove(group),
      (group) => this.expire(group),
    );
  }

  /** The arrival of the longest quiet group; Infinity without groups. */
  stalest(): number {
    return this.store.stalest()?.lastArrival ?? Infinity;
  }

  /** Forgets the longest quiet group; answers how many entries it had. */
  evictStalest(): number {
    const group = this.store.stalest();
    if (group === undefined) return 0;
    const { size } = group.entries;
    this.remove(group);
    return size;
  }

  /** Drops the entries that arrived before a moment; answers how many. */
  dropArrivedBefore(cutoff: number): number {
    let dropped = 0;
    for (const group of this.store.all()) dropped += this.dropFront(group, cutoff);
    return dropped;
  }

  private remove(group: Group): void {
    this.store.remove(group);
    this.clock.groups -= 1;
    this.clock.entries -= group.entries.size;
    // Hits of it may still be looked at.
    if (!this.plans[0]!.needs.onward) group.entries.dropBefore(group.entries.end);
  }

  /** Makes the entry one of an event. There are millions of them: an object for each would have to be collected. */
  private fill(id: string, time: number, arrival: number, bit: number, facts: EventFacts): void {
    const { entry } = this;
    entry.time = time;
    entry.id = id;
    entry.arrival = arrival;
    entry.mask = 1 << bit;
    entry.value = facts.value;
    entry.texts = facts.texts;
    entry.start = time;
    entry.origin = undefined;
    entry.onward = facts.onward;
  }

  /** Takes the entry into a group. */
  private take(key: GroupKey, bit: number): void {
    const group = this.group(key);
    const { entry } = this;
    const { time, id, arrival } = entry;
    // An event that would be forgotten already was counted before, if it is here again.
    const isGone = entry.origin === undefined && arrival < this.clock.now - this.reach;
    const how = isGone ? 'known' : group.entries.insert(entry);
    if (arrival > group.lastArrival) group.lastArrival = arrival;
    if (group.states.length > 0) for (const finder of this.finders) finder.inserted(group, entry, how);
    if (how === 'new') {
      this.clock.entries += 1;
      this.decider?.inserted(group, time, id, arrival, bit);
    }
    const matters = this.mayMatter(group, time);
    if (!group.inLine) {
      if (!this.isDecidedLater) this.expire(group);
      if (!matters && !this.isDecidedLater) return;
      group.inLine = true;
      this.line.push(group);
    }
    if (matters) (group.touched ??= []).push(time);
  }

  /**
   * Whether there is anything to be measured after an entry came in, or came again. Mostly not: it touches no episode,
   * and no window that holds it can meet a condition. What comes in later is looked at together with it.
   */
  private mayMatter(group: Group, time: number): boolean {
    if (this.prompt.length === 0) return false;
    if (group.entries.isUnsettled) return true;
    for (const state of group.states) {
      const last = state?.episodes.at(-1);
      if (last !== undefined && last.last >= time) return true;
    }
    for (const { prefilter, timespan } of this.prefilters) {
      if (mayHit(prefilter, group.entries, time - timespan)) return true;
    }
    return false;
  }

  private expire(group: Group): void {
    this.dropFront(group, this.clock.now - this.reach);
  }

  /** Drops entries from the old end that arrived before a moment; episodes they belong to remember them. */
  private dropFront(group: Group, cutoff: number): number {
    const { entries } = group;
    let before = entries.begin;
    while (before < entries.end && entries.arrival(before) < cutoff) before += 1;
    const count = before - entries.begin;
    if (count === 0) return 0;
    const last = entries.time(before - 1);
    for (const [number, plan] of this.plans.entries()) freezeEpisodes(group, number, plan, before);
    entries.dropBefore(before);
    for (const finder of this.finders) finder.dropped(group, last);
    this.clock.entries -= count;
    return count;
  }
}
