import type { CorrelationPlan } from './correlation-plan.js';
import type { Entry } from './entry-columns.js';
import { markMissed, missedIn, unanswered, type OpenQuestion } from './absence.js';
import { addFiring, episodeAt, EVIDENCE, type Episode } from './episode.js';
import type { EventFacts, GroupKey } from './event-facts.js';
import { GroupWindow, type Cursor } from './group-window.js';
import { leafEvents } from './leaf-events.js';
import { meetsThreshold } from './threshold.js';

/** What all correlations of a detector share: how far arrival has come, and how much is kept. */
export interface WindowClock {
  /** Greatest arrival seen; milliseconds. */
  now: number;
  /** Milliseconds. */
  readonly lateness: number;
  groups: number;
  entries: number;
}

/** The windows of one correlation: takes matches in, tells episodes. */
export class CorrelationWindows {
  readonly groups = new Map<string, GroupWindow>();
  private dirty: GroupWindow[] = [];
  /** Groups by the arrival they were queued with; the longest quiet ones stand in front. */
  private idle: GroupWindow[] = [];
  private idleHead = 0;
  /** absence: events that may still be answered, by due time; and those found unanswered not long ago. */
  private open: OpenQuestion[] = [];
  private settled: (OpenQuestion & { readonly at: number })[] = [];
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
  };

  constructor(
    readonly plan: CorrelationPlan,
    private readonly clock: WindowClock,
    /** The windows of the plan's dependents, in their order. */
    private readonly dependents: readonly CorrelationWindows[],
  ) {}

  /** Takes in an event that the referred rule of this bit matched. */
  offer(id: string, time: number, arrival: number, bit: number, facts: EventFacts): void {
    for (const key of facts.groups) this.put(key, id, time, arrival, bit, facts, time, undefined);
  }

  /**
   * Judges everything that was offered since the last call and names each episode that it touched, once. `since` is the
   * earliest arrival of what was offered: what was found missing after it is named again, in case the events are being
   * delivered again because the last answer was lost.
   */
  judge(report: (group: GroupWindow, episode: Episode) => void, since: number): void {
    if (this.plan.rule.type === 'absence') {
      this.settle(report, since);
      return;
    }
    const dirty = this.dirty;
    if (dirty.length === 0) return;
    this.dirty = [];
    for (const group of dirty) {
      group.dirty = false;
      if (group.removed) continue;
      this.expire(group);
      const episodes = this.judgeGroup(group);
      for (const episode of episodes) report(group, episode);
    }
  }

  /** The group with this key, made when there is none. */
  group(key: GroupKey): GroupWindow {
    let group = this.groups.get(key.key);
    if (group === undefined) {
      group = new GroupWindow(key, this.plan.needs);
      group.queuedArrival = this.clock.now;
      group.lastArrival = this.clock.now;
      this.groups.set(key.key, group);
      this.idle.push(group);
      this.clock.groups += 1;
    }
    return group;
  }

  /** Forgets groups that have been quiet for longer than a window and the allowed lateness. */
  sweep(): void {
    const cutoff = this.cutoff();
    while (this.idleHead < this.idle.length) {
      const group = this.idle[this.idleHead]!;
      if (!group.removed) {
        if (group.queuedArrival >= cutoff) break;
        if (group.lastArrival > group.queuedArrival) {
          group.queuedArrival = group.lastArrival;
          this.idle.push(group);
          this.expire(group);
        } else {
          this.remove(group);
        }
      }
      this.idleHead += 1;
    }
    if (this.idleHead > 1024 && this.idleHead * 2 > this.idle.length) {
      this.idle.splice(0, this.idleHead);
      this.idleHead = 0;
    }
  }

  /** The arrival of the longest quiet group; Infinity without groups. */
  stalest(): number {
    for (; this.idleHead < this.idle.length; this.idleHead += 1) {
      const group = this.idle[this.idleHead]!;
      if (group.removed) continue;
      if (group.lastArrival <= group.queuedArrival) return group.lastArrival;
      group.queuedArrival = group.lastArrival;
      this.idle.push(group);
    }
    return Infinity;
  }

  /** Forgets the longest quiet group; answers how many entries it had. */
  evictStalest(): number {
    if (this.stalest() === Infinity) return 0;
    const group = this.idle[this.idleHead]!;
    const { size } = group.entries;
    this.remove(group);
    return size;
  }

  /** Drops the entries that arrived before a moment; answers how many. */
  dropArrivedBefore(cutoff: number): number {
    let dropped = 0;
    for (const group of this.groups.values()) dropped += this.dropFront(group, cutoff);
    return dropped;
  }

  private cutoff(): number {
    const reach = this.plan.retention + this.clock.lateness;
    // What is found missing must still be there when it is named, and named again.
    return this.clock.now - (this.plan.rule.type === 'absence' ? 2 * reach : reach);
  }

  /** Finds the events that stayed unanswered until no answer can count any more. */
  private settle(report: (group: GroupWindow, episode: Episode) => void, since: number): void {
    const { plan, clock } = this;
    if (this.open.length > 0 && this.open[0]!.due < clock.now) {
      let ready = 0;
      while (ready < this.open.length && this.open[ready]!.due < clock.now) ready += 1;
      for (const question of this.open.splice(0, ready)) {
        const { group, time, id } = question;
        const index = group.entries.indexOf({ time, id, mask: 1 });
        if (group.removed || index === undefined) continue;
        if (!unanswered(group.entries, index, plan.timespan, plan.rule.references.length)) continue;
        markMissed(group.entries, index, clock.now);
        group.lastArrival = clock.now;
        addFiring(group.episodes, time, 1, plan.timespan);
        this.settled.push({ ...question, at: clock.now });
      }
    }
    const kept = clock.now - plan.timespan - clock.lateness;
    if (this.settled.length > 0 && this.settled[0]!.at < kept) {
      this.settled = this.settled.filter(({ at }) => at >= kept);
    }
    const named = new Set<Episode>();
    for (const { group, time, at } of this.settled) {
      if (at < since || group.removed) continue;
      const episode = episodeAt(group.episodes, time, 0);
      if (episode === undefined || named.has(episode)) continue;
      named.add(episode);
      report(group, episode);
    }
    for (const group of this.dirty) {
      group.dirty = false;
      group.touched.length = 0;
      if (!group.removed) this.expire(group);
    }
    this.dirty = [];
  }

  /** Remembers an event that may be answered; the queue stays ordered by due time. */
  private ask(group: GroupWindow, time: number, id: string, arrival: number): void {
    const due = arrival + this.plan.timespan + this.clock.lateness;
    let place = this.open.length;
    while (place > 0 && this.open[place - 1]!.due > due) place -= 1;
    this.open.splice(place, 0, { group, time, id, due });
  }

  private remove(group: GroupWindow): void {
    group.removed = true;
    this.groups.delete(group.key.key);
    this.clock.groups -= 1;
    this.clock.entries -= group.entries.size;
  }

  private put(
    key: GroupKey,
    id: string,
    time: number,
    arrival: number,
    bit: number,
    facts: EventFacts,
    start: number,
    origin: GroupWindow | undefined,
  ): void {
    const group = this.group(key);
    const entry = this.scratch;
    entry.time = time;
    entry.id = id;
    entry.arrival = arrival;
    entry.mask = 1 << bit;
    entry.value = facts.value;
    entry.texts = facts.texts;
    entry.start = start;
    entry.origin = origin;
    entry.onward = facts.onward;
    const { entries, cursor } = group;
    const known = entries.size;
    const index = entries.insert(entry);
    if (entries.size > known) {
      this.clock.entries += 1;
      if (this.plan.rule.type === 'absence' && bit === 0) this.ask(group, time, id, arrival);
    }
    if (arrival > group.lastArrival) group.lastArrival = arrival;
    if (index < 0) {
      // Seen before; its bits or its start may still be new.
      if (cursor !== undefined && ~index < cursor.high && this.plan.needs.mask) group.cursor = undefined;
    } else if (cursor !== undefined && index < cursor.high) {
      this.insertIntoCursor(group, cursor, index);
    }
    group.touched.push(time);
    if (!group.dirty) {
      group.dirty = true;
      this.dirty.push(group);
    }
  }

  /** An entry of the moment judged last joins the judge; any other late one makes it start anew. */
  private insertIntoCursor(group: GroupWindow, cursor: Cursor, index: number): void {
    const { entries } = group;
    const time = entries.times[index]!;
    cursor.high += 1;
    if (time !== entries.times[cursor.high - 1] || index < cursor.low) {
      group.cursor = undefined;
      return;
    }
    cursor.judge.add(entries, index, index, entries.lower(time), cursor.high - 1);
  }

  /** Takes a firing of a referred correlation back. */
  private retract(id: string, time: number, bit: number, facts: EventFacts): void {
    for (const key of facts.groups) {
      const group = this.groups.get(key.key);
      const index = group?.entries.indexOf({ time, id, mask: 1 << bit });
      if (group === undefined || index === undefined) continue;
      group.entries.remove(index);
      this.clock.entries -= 1;
      group.cursor = undefined;
      group.touched.push(time);
      if (!group.dirty) {
        group.dirty = true;
        this.dirty.push(group);
      }
    }
  }

  private judgeGroup(group: GroupWindow): Iterable<Episode> {
    const { touched } = group;
    const { timespan } = this.plan;
    if (touched.length > 1) touched.sort((a, b) => a - b);
    const episodes = new Set<Episode>();
    for (let i = 0; i < touched.length;) {
      // Neighbouring moments are judged in one go.
      const from = touched[i]!;
      let to = from;
      for (i += 1; i < touched.length && touched[i]! <= to + timespan; i += 1) to = touched[i]!;
      this.judgeRange(group, from, to + timespan);
      if (!this.plan.monotone) {
        for (const episode of group.episodes) {
          if (episode.last >= from && episode.first - this.plan.lookback <= to + timespan)
            episodes.add(episode);
        }
      }
    }
    if (this.plan.monotone) {
      let previous = Number.NaN;
      for (const time of touched) {
        if (time === previous) continue;
        previous = time;
        const episode = episodeAt(group.episodes, time, this.plan.lookback);
        if (episode !== undefined) episodes.add(episode);
      }
    }
    touched.length = 0;
    return episodes;
  }

  /** Judges the windows that end within [from, to]. */
  private judgeRange(group: GroupWindow, from: number, to: number): void {
    const { entries } = group;
    const { times } = entries;
    const skip = this.plan.monotone && this.dependents.length === 0;
    let index = entries.lower(from);
    let rebuild = false;
    let cursor = group.cursor;
    while (index < times.length && times[index]! <= to) {
      const time = times[index]!;
      if (skip && group.episodes.length > 0) {
        // Between firings of one episode nothing new can be learned: only its last window is measured again.
        const episode = episodeAt(group.episodes, time, 0);
        if (episode !== undefined && time < episode.last) {
          index = entries.lower(episode.last);
          continue;
        }
      }
      let last = index;
      while (last + 1 < times.length && times[last + 1] === time) last += 1;
      if (this.plan.count !== undefined) {
        const first = last - this.plan.count + 1;
        if (first >= entries.head && times[first]! >= time - this.plan.timespan) {
          this.fire(group, index, last, last - entries.lower(time - this.plan.timespan) + 1, times[first]!);
        }
      } else {
        cursor = this.plan.stepwise ? this.freshCursor(group, index) : this.cursorAt(group, cursor, index);
        rebuild = this.measure(group, cursor, index, last) || rebuild;
        if (!this.plan.stepwise && cursor.high === times.length) group.cursor = cursor;
      }
      index = last + 1;
    }
    if (rebuild) rebuildEpisodes(group, this.plan.timespan);
  }

  /** A cursor ready for the run that begins at an index. */
  private cursorAt(group: GroupWindow, cursor: Cursor | undefined, index: number): Cursor {
    const { entries } = group;
    const { times } = entries;
    if (cursor === undefined || cursor.low < entries.head) return this.freshCursor(group, index);
    if (cursor.high === index) return cursor;
    // The run was added before, and nothing after it: it only has to be measured again.
    if (cursor.high > index) {
      return times[cursor.high - 1] === times[index] ? cursor : this.freshCursor(group, index);
    }
    if (entries.lower(times[index]! - this.plan.timespan) >= cursor.high)
      return this.freshCursor(group, index);
    addRuns(group, cursor, index);
    return cursor;
  }

  private freshCursor(group: GroupWindow, index: number): Cursor {
    const { entries } = group;
    const low = entries.lower(entries.times[index]! - this.plan.timespan);
    const cursor: Cursor = { judge: this.plan.createJudge(), low, high: low };
    if (this.plan.stepwise) cursor.high = index;
    else addRuns(group, cursor, index);
    return cursor;
  }

  /** Measures the window that ends with a run. Answers whether a firing was taken back. */
  private measure(group: GroupWindow, cursor: Cursor, first: number, last: number): boolean {
    const { entries } = group;
    const time = entries.times[first]!;
    const from = time - this.plan.timespan;
    const { judge } = cursor;
    if (this.plan.stepwise) {
      for (let i = cursor.low; i <= last; i += 1) {
        if (entries.starts![i]! >= from) judge.add(entries, i, i, first, last);
      }
    } else {
      if (cursor.high <= last) judge.add(entries, cursor.high, last, first, last);
      cursor.high = Math.max(cursor.high, last + 1);
      while (cursor.low < first && entries.times[cursor.low]! < from) {
        judge.remove(entries, cursor.low);
        cursor.low += 1;
      }
    }
    const value = judge.measure(from);
    if (value !== undefined && meetsThreshold(this.plan.rule.threshold, value)) {
      const start = this.dependents.length > 0 ? judge.tightest(entries, cursor.low, last) : time;
      this.fire(group, first, last, value, start);
      return false;
    }
    return !this.plan.monotone && this.unfire(group, first, last);
  }

  /** The window that ends with this run meets the condition. */
  private fire(group: GroupWindow, first: number, last: number, value: number, start: number): void {
    const { entries } = group;
    const time = entries.times[first]!;
    if (!this.plan.monotone) {
      const firings = (group.firings ??= { times: [], values: [] });
      const place = lowerIndex(firings.times, time);
      const known = firings.times[place] === time ? 1 : 0;
      firings.times.splice(place, known, time);
      firings.values.splice(place, known, value);
    }
    addFiring(group.episodes, time, value, this.plan.timespan);
    for (const [which, windows] of this.dependents.entries()) {
      const { bit } = this.plan.dependents[which]!;
      for (let i = first; i <= last; i += 1) {
        const facts = entries.onwards![i]?.[which];
        if (facts === undefined) continue;
        for (const key of facts.groups) {
          windows.put(key, entries.ids[i]!, time, entries.arrivals[i]!, bit, facts, start, group);
        }
      }
    }
  }

  /** The window that ends with this run does not meet the condition (any more). */
  private unfire(group: GroupWindow, first: number, last: number): boolean {
    const { entries } = group;
    const time = entries.times[first]!;
    const firings = group.firings;
    if (firings === undefined) return false;
    const place = lowerIndex(firings.times, time);
    if (firings.times[place] !== time) return false;
    firings.times.splice(place, 1);
    firings.values.splice(place, 1);
    for (const [which, windows] of this.dependents.entries()) {
      const { bit } = this.plan.dependents[which]!;
      for (let i = first; i <= last; i += 1) {
        const facts = entries.onwards![i]?.[which];
        if (facts !== undefined) windows.retract(entries.ids[i]!, time, bit, facts);
      }
    }
    return true;
  }

  private expire(group: GroupWindow): void {
    this.dropFront(group, this.cutoff());
  }

  /** Drops entries from the old end that arrived before a moment; episodes they belong to remember them. */
  private dropFront(group: GroupWindow, cutoff: number): number {
    const { entries } = group;
    const { head } = entries;
    let index = head;
    while (index < entries.end && entries.arrivals[index]! < cutoff) index += 1;
    if (index === head) return 0;
    freeze(group, this.plan, index);
    const last = entries.times[index - 1]!;
    if (group.firings !== undefined) {
      const gone = lowerIndex(group.firings.times, last + 0.5);
      group.firings.times.splice(0, gone);
      group.firings.values.splice(0, gone);
    }
    if (group.cursor !== undefined && group.cursor.low < index) group.cursor = undefined;
    const shift = entries.dropBefore(index);
    if (group.cursor !== undefined) {
      group.cursor.low -= shift;
      group.cursor.high -= shift;
    }
    const oldest = entries.size > 0 ? entries.times[entries.head]! : Infinity;
    if (group.episodes.some((episode) => episode.last < oldest && episode.last <= last)) {
      group.episodes = group.episodes.filter((episode) => episode.last >= oldest || episode.last > last);
    }
    this.clock.entries -= index - head;
    return index - head;
  }
}

/** Adds whole runs up to an index. */
function addRuns(group: GroupWindow, cursor: Cursor, index: number): void {
  const { entries } = group;
  const { times } = entries;
  while (cursor.high < index) {
    const first = cursor.high;
    let last = first;
    while (last + 1 < index && times[last + 1] === times[first]) last += 1;
    cursor.judge.add(entries, first, last, first, last);
    cursor.high = last + 1;
  }
}

/** Works the episodes out again from the firings that are left; what is frozen stays. */
function rebuildEpisodes(group: GroupWindow, timespan: number): void {
  const old = group.episodes;
  group.episodes = [];
  // The firings of a frozen part are gone: its episode stays with what it had.
  const oldest = group.firings?.times[0] ?? Infinity;
  for (const episode of old) {
    if (episode.frozen !== undefined && episode.first < oldest) {
      group.episodes.push({ ...episode, last: Math.min(episode.last, oldest) });
    }
  }
  const { times, values } = group.firings ?? { times: [], values: [] };
  for (const [i, time] of times.entries()) addFiring(group.episodes, time, values[i]!, timespan);
  for (const { frozen, first, last } of old) {
    if (frozen === undefined) continue;
    const heir = group.episodes.find((episode) => episode.first <= last && episode.last >= first);
    if (heir !== undefined) heir.frozen = frozen;
  }
}

/** Lets episodes remember the entries before an index, which are about to be dropped. */
function freeze(group: GroupWindow, plan: CorrelationPlan, before: number): void {
  const { entries } = group;
  const oldest = entries.times[entries.head]!;
  const dropped = entries.times[before - 1]!;
  for (const episode of group.episodes) {
    const start = episode.frozen?.start ?? episode.first - plan.lookback;
    if (start > dropped || episode.last < oldest) continue;
    if (plan.needs.firings) {
      const leaves = leafEvents(group, episode, plan.lookback).filter(({ time }) => time <= dropped);
      if (leaves.length === 0) continue;
      const part = (episode.frozen ??= { start: leaves[0]!.time, count: 0, ids: [], until: -Infinity });
      part.count += leaves.length;
      for (const { id } of leaves) if (part.ids.length < EVIDENCE) part.ids.push(id);
      part.until = dropped;
    } else {
      const first = entries.lower(start);
      const last = Math.min(before, entries.upper(episode.last));
      if (last <= first) continue;
      if (plan.rule.type === 'absence') {
        const gone = missedIn(entries, first, last);
        if (gone.length === 0) continue;
        const part = (episode.frozen ??= {
          start: entries.times[gone[0]!]!,
          count: 0,
          ids: [],
          until: -Infinity,
        });
        part.count += gone.length;
        for (const i of gone) if (part.ids.length < EVIDENCE) part.ids.push(entries.ids[i]!);
        continue;
      }
      const part = (episode.frozen ??= { start: entries.times[first]!, count: 0, ids: [], until: -Infinity });
      part.count += last - first;
      for (let i = first; i < last && part.ids.length < EVIDENCE; i += 1) part.ids.push(entries.ids[i]!);
    }
  }
}

function lowerIndex(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
