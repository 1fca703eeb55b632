import { isMissed, leaveOutFollowed, markMissed, unanswered, type OpenQuestion } from './absence.js';
import type { CorrelationPlan } from './correlation-plan.js';
import { BlockList } from './block-list.js';
import type { Entry } from './entry-columns.js';
import { EntryLayout } from './entry-layout.js';
import { EntryPages } from './entry-pages.js';
import { addFiring, episodeAt, type Episode } from './episode.js';
import type { EventFacts, GroupKey } from './event-facts.js';
import { GroupWindow } from './group-window.js';
import { lowestHurdles, mayFire, type ReachedHurdle } from './hurdle.js';
import { PlanJudge, type FiringTarget, type Offer } from './plan-judge.js';
import type { WindowStore } from './window-store.js';

/** What all correlations of a detector share: how far arrival has come, and how much is kept. */
export interface WindowClock {
  /** Greatest arrival seen; milliseconds. */
  now: number;
  /** Milliseconds. */
  readonly lateness: number;
  groups: number;
  entries: number;
}

/** Told of an episode that was touched. */
export type EpisodeReport = (plan: CorrelationPlan, group: GroupWindow, episode: Episode) => void;

/** The windows of one correlation, or of several that can share them: takes matches in, tells episodes. */
export class CorrelationWindows implements FiringTarget {
  private dirty: GroupWindow[] = [];
  /** Groups are judged in the order in which entries came to them, whatever was known of them before. */
  private round = 0;
  private places = 0;
  /** absence: events that may still be answered, by due time; and those found unanswered not long ago. */
  private open = new BlockList<OpenQuestion>();
  private settled = new BlockList<OpenQuestion & { readonly at: number }>();
  private readonly scratch: Entry = {
    time: 0,
    id: '',
    arrival: 0,
    mask: 0,
    value: undefined,
    texts: undefined,
    start: 0,
    origin: undefined,
    onward: undefined,
    maskBefore: 0,
    startBefore: 0,
  };

  /** What all the correlations have in common is read from the first. */
  private readonly plan: CorrelationPlan;
  private readonly judges: readonly PlanJudge[];
  /** When an entry cannot make any of the judges fire. */
  private readonly hurdles: readonly ReachedHurdle[];
  private readonly pages: EntryPages;
  private readonly retention: number;
  /** Takes nothing in until it is given the windows of another detector. */
  private waiting = false;

  constructor(
    /** One correlation, or several that look at the same events in the same groups. */
    readonly plans: readonly CorrelationPlan[],
    private readonly clock: WindowClock,
    /** The windows of the plan's dependents, in their order; only a correlation that stands alone has some. */
    dependents: readonly FiringTarget[],
    private readonly store: WindowStore,
  ) {
    this.plan = plans[0]!;
    this.pages = new EntryPages(new EntryLayout(this.plan.needs));
    this.judges = plans.map((plan, number) => new PlanJudge(plan, number, dependents));
    this.hurdles = lowestHurdles(plans);
    this.retention = plans.reduce((longest, plan) => Math.max(longest, plan.retention), 0);
  }

  /** From now on takes nothing in: the same windows of another detector will come instead. */
  awaitOthers(): void {
    this.waiting = true;
  }

  get isWaiting(): boolean {
    return this.waiting;
  }

  /** Goes on with the windows of the same correlations in another detector, which starts again with none. */
  takeOver(other: CorrelationWindows): void {
    this.store.takeOver(other.store);
    this.open = other.open;
    this.settled = other.settled;
    this.dirty = other.dirty;
    this.round = other.round;
    this.places = other.places;
    this.waiting = false;
    for (const group of this.store.all()) {
      this.clock.groups += 1;
      this.clock.entries += group.entries.size;
      other.clock.groups -= 1;
      other.clock.entries -= group.entries.size;
    }
    other.open = new BlockList();
    other.settled = new BlockList();
    other.dirty = [];
    other.waiting = true;
  }

  /** How long after its arrival an event can still matter; milliseconds. */
  get reach(): number {
    const reach = this.retention + this.clock.lateness;
    // What is found missing must still be there when it is named, and named again.
    return this.plan.rule.type === 'absence' ? 2 * reach : reach;
  }

  /** absence: the arrival after which something may be found missing; Infinity when nothing waits for an answer. */
  due(): number {
    return this.open.first?.due ?? Infinity;
  }

  /** Takes in an event that the referred rule of this bit matched. */
  offer(id: string, time: number, arrival: number, bit: number, facts: EventFacts): void {
    if (this.waiting) return;
    this.fill(id, time, arrival, bit, facts);
    const { groups } = facts;
    for (let i = 0; i < groups.length; i += 1) this.take(groups[i]!, bit);
  }

  /**
   * Judges everything that was offered since the last call and names each episode that it touched, once. `since` is the
   * earliest arrival of what was offered: what was found missing after it is named again, in case the events are being
   * delivered again because the last answer was lost.
   */
  judge(report: EpisodeReport, since: number): void {
    if (this.plan.rule.type === 'absence') {
      this.settle(report, since);
      return;
    }
    const dirty = this.dirty;
    this.places = 0;
    this.round = (this.round + 1) | 0;
    if (dirty.length === 0) return;
    this.dirty = [];
    if (dirty.length > 1) dirty.sort((a, b) => a.place - b.place);
    for (const group of dirty) {
      const touched = group.touched!;
      group.touched = undefined;
      if (group.removed) continue;
      this.expire(group);
      if (touched.length > 1) touched.sort((a, b) => a - b);
      for (const judge of this.judges) {
        for (const episode of judge.judgeGroup(group, touched)) report(judge.plan, group, episode);
      }
    }
  }

  /** The group with this key, made when there is none. */
  group(key: GroupKey): GroupWindow {
    let group = this.store.get(key);
    if (group === undefined) {
      group = new GroupWindow(key, this.pages);
      group.lastArrival = this.clock.now;
      this.store.add(group);
      this.clock.groups += 1;
    }
    return group;
  }

  /** Forgets groups that have been quiet for longer than a window and the allowed lateness. */
  sweep(): void {
    this.store.quiet(
      this.cutoff(),
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

  private cutoff(): number {
    return this.clock.now - this.reach;
  }

  /** Finds the events that stayed unanswered until no answer can count any more. */
  private settle(report: EpisodeReport, since: number): void {
    const { plan, clock } = this;
    while (this.open.size > 0 && this.open.first!.due < clock.now) {
      const question = this.open.first!;
      this.open.dropBefore(this.open.next(this.open.begin));
      const { group, time, id } = question;
      if (group.removed) continue;
      if (plan.rule.references.length === 1) {
        if (question.due === group.nextLook) this.findSilence(group);
        continue;
      }
      const address = group.entries.addressOfEntry({ time, id, mask: 1 });
      if (address !== undefined && unanswered(group, address, plan.timespan, 2)) {
        this.miss(question, address);
      }
    }
    const kept = clock.now - plan.timespan - clock.lateness;
    this.settled.dropBefore(this.settled.find(({ at }) => at >= kept));
    const named = new Set<Episode>();
    const { settled } = this;
    for (let i = settled.find(({ at }) => at >= since); i < settled.end; i = settled.next(i)) {
      const { group, time } = settled.at(i);
      if (group.removed) continue;
      const episode = episodeAt(group.track(0).episodes, time, 0);
      if (episode === undefined || named.has(episode)) continue;
      named.add(episode);
      report(plan, group, episode);
    }
    for (const group of this.dirty) {
      group.touched = undefined;
      if (!group.removed) this.expire(group);
    }
    this.dirty = [];
  }

  /** Notes that the event at an address stayed unanswered. */
  private miss(question: OpenQuestion, address: number): void {
    const { clock, plan } = this;
    const { group, time } = question;
    markMissed(group, address, clock.now);
    group.lastArrival = clock.now;
    addFiring(group.track(0).episodes, time, 1, plan.timespan);
    this.settled.push({ ...question, at: clock.now });
  }

  /** absence of one rule: looks for what no further event followed, and when to look again. */
  private findSilence(group: GroupWindow): void {
    const { entries } = group;
    let next: number | undefined;
    for (let i = entries.begin; i < entries.end; i = entries.next(i)) {
      if (isMissed(group, i) || !unanswered(group, i, this.plan.timespan, 1)) continue;
      const due = this.dueOf(entries.arrival(i));
      if (due >= this.clock.now) next = Math.min(next ?? due, due);
      else this.miss({ group, time: entries.time(i), id: entries.id(i), due }, i);
    }
    group.nextLook = next;
    if (next !== undefined) this.queue({ group, time: 0, id: '', due: next });
  }

  /** The arrival after which an event that arrived then can no longer be answered. */
  private dueOf(arrival: number): number {
    return arrival + this.plan.timespan + this.clock.lateness;
  }

  /** Remembers an event that may be answered. */
  private ask(group: GroupWindow, time: number, id: string, arrival: number): void {
    const due = this.dueOf(arrival);
    if (this.plan.rule.references.length === 1) {
      // One look at all events of the group is enough, at the time of the earliest.
      if (group.nextLook !== undefined && due >= group.nextLook) return;
      group.nextLook = due;
    }
    this.queue({ group, time, id, due });
  }

  /** Queues a question; the queue stays ordered by due time. */
  private queue(question: OpenQuestion): void {
    this.open.insert(
      this.open.find(({ due }) => due > question.due),
      question,
    );
  }

  private remove(group: GroupWindow): void {
    this.store.remove(group);
    this.clock.groups -= 1;
    this.clock.entries -= group.entries.size;
    // Firings of it may still be looked at.
    if (!this.plan.needs.onward) group.entries.dropBefore(group.entries.end);
  }

  put({ key, id, time, arrival, bit, facts, start, origin }: Offer): void {
    const entry = this.fill(id, time, arrival, bit, facts);
    entry.start = start;
    entry.origin = origin;
    this.take(key, bit);
  }

  /** Makes the scratch entry one of an event. There are millions of them: an object for each would have to be collected. */
  private fill(id: string, time: number, arrival: number, bit: number, facts: EventFacts): Entry {
    const entry = this.scratch;
    entry.time = time;
    entry.id = id;
    entry.arrival = arrival;
    entry.mask = 1 << bit;
    entry.value = facts.value;
    entry.texts = facts.texts;
    entry.start = time;
    entry.origin = undefined;
    entry.onward = facts.onward;
    return entry;
  }

  /** Takes the scratch entry into a group. */
  private take(key: GroupKey, bit: number): void {
    const group = this.group(key);
    const { scratch: entry } = this;
    const { time, id, arrival } = entry;
    const { entries } = group;
    const newer = time > entries.lastTime;
    const place = entries.insert(entry);
    if (place >= 0) {
      this.clock.entries += 1;
      if (this.plan.rule.type === 'absence' && bit === 0) this.ask(group, time, id, arrival);
    }
    if (arrival > group.lastArrival) group.lastArrival = arrival;
    // Windows that move on find what is newer by themselves.
    if (!newer || group.indexed) this.tell(group, place);
    if (place >= 0 && this.plan.rule.type === 'absence' && this.plan.rule.references.length === 1) {
      this.clock.entries -= leaveOutFollowed(group, place, this.plan.timespan);
    }
    this.line(group);
    if (this.mayMatter(group, time)) this.touch(group, time);
    else if (group.touched === undefined) this.expire(group);
  }

  /**
   * Whether there is anything to be judged after an entry came in, or came again. Mostly not: it touches no episode, and
   * no window that holds it can fire. What comes in later is looked at together with it.
   */
  private mayMatter(group: GroupWindow, time: number): boolean {
    // An index notes which windows are above a bound, fire or not.
    if (group.indexes > 0) return true;
    for (const track of group.tracks) {
      const last = track?.episodes.last;
      if (last !== undefined && last.last >= time) return true;
    }
    for (const { hurdle, timespan } of this.hurdles) {
      if (mayFire(hurdle, group.entries, time - timespan)) return true;
    }
    return false;
  }

  /** Gives a group its place in the round, when an entry comes to it first. */
  private line(group: GroupWindow): void {
    if (group.round === this.round) return;
    group.round = this.round;
    group.place = this.places;
    this.places += 1;
  }

  /** Notes that the windows which a moment lies in must be judged. */
  private touch(group: GroupWindow, time: number): void {
    if (group.touched !== undefined) {
      group.touched.push(time);
      return;
    }
    group.touched = [time];
    this.dirty.push(group);
  }

  /** Tells judges of an entry that was put in, or (complement) was there already. */
  private tell(group: GroupWindow, place: number): void {
    const { entries } = group;
    if (place >= 0) {
      const entry = entries.judged(place);
      group.absence?.add(entry);
      for (const judge of this.judges) judge.inserted(group, entry);
      return;
    }
    const entry = entries.judged(~place);
    const { maskBefore, startBefore } = this.scratch;
    if (entry.mask === maskBefore && entry.start === startBefore) return;
    group.absence?.addBits(entry, maskBefore);
    for (const judge of this.judges) judge.changed(group, entry, maskBefore, startBefore);
  }

  /** Takes a firing of a referred correlation back. */
  retract(id: string, time: number, bit: number, facts: EventFacts): void {
    for (const key of facts.groups) {
      const group = this.store.get(key);
      const address = group?.entries.addressOfEntry({ time, id, mask: 1 << bit });
      if (group === undefined || address === undefined) continue;
      for (const judge of this.judges) judge.retracting(group, address);
      group.entries.remove(address);
      this.clock.entries -= 1;
      this.line(group);
      this.touch(group, time);
    }
  }

  private expire(group: GroupWindow): void {
    this.dropFront(group, this.cutoff());
  }

  /** Drops entries from the old end that arrived before a moment; episodes they belong to remember them. */
  private dropFront(group: GroupWindow, cutoff: number): number {
    const { entries } = group;
    let before = entries.begin;
    while (before < entries.end && entries.arrival(before) < cutoff) before = entries.next(before);
    if (before === entries.begin) return 0;
    const last = entries.time(entries.previous(before));
    if (group.absence !== undefined) {
      for (let i = entries.begin; i < before; i = entries.next(i)) group.absence.remove(entries.judged(i));
    }
    for (const judge of this.judges) judge.dropping(group, before);
    const dropped = entries.dropBefore(before);
    for (const judge of this.judges) judge.dropped(group, last);
    this.clock.entries -= dropped;
    return dropped;
  }
}
