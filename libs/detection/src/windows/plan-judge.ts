import { missedIn } from './absence.js';
import type { CorrelationPlan } from './correlation-plan.js';
import { addFiring, episodeAt, EVIDENCE, type Episode } from './episode.js';
import type { EventFacts, GroupKey } from './event-facts.js';
import type { Cursor, GroupWindow, Track } from './group-window.js';
import { leafEvents } from './leaf-events.js';
import { meetsThreshold } from './threshold.js';

/** Where the firings of a correlation go: the windows of a correlation over it. */
export interface FiringTarget {
  /** Takes in that the referred correlation of this bit fired at an event. */
  offerFiring(
    key: GroupKey,
    id: string,
    time: number,
    arrival: number,
    bit: number,
    facts: EventFacts,
    start: number,
    origin: GroupWindow,
  ): void;
  /** Takes it back. */
  retract(id: string, time: number, bit: number, facts: EventFacts): void;
}

const NOTHING: readonly Episode[] = [];

/** Decides for one correlation where windows fire, and keeps its episodes. */
export class PlanJudge {
  constructor(
    readonly plan: CorrelationPlan,
    /** Which track of a group is this correlation's. */
    readonly number: number,
    /** The windows of the plan's dependents, in their order. */
    private readonly dependents: readonly FiringTarget[],
  ) {}

  /** An entry came in at an index, or (`known`) one that was there was seen again. */
  inserted(group: GroupWindow, index: number, known: boolean): void {
    const track = group.tracks[this.number];
    const cursor = track?.cursor;
    if (track === undefined || cursor === undefined || index >= cursor.high) return;
    if (!known) this.insertIntoCursor(group, track, cursor, index);
    // Its bits or its start may be new.
    else if (this.plan.needs.mask) track.cursor = undefined;
  }

  /** The entries before an index are about to be dropped: episodes they belong to remember them. */
  dropping(group: GroupWindow, before: number): void {
    const track = group.tracks[this.number];
    if (track === undefined) return;
    freeze(group, track, this.plan, before);
    if (track.firings !== undefined) {
      const gone = lowerIndex(track.firings.times, group.entries.times[before - 1]! + 0.5);
      track.firings.times.splice(0, gone);
      track.firings.values.splice(0, gone);
    }
    if (track.cursor !== undefined && track.cursor.low < before) track.cursor = undefined;
  }

  /** Entries up to a time were dropped, and the indexes of the others went down. */
  dropped(group: GroupWindow, last: number, shift: number): void {
    const track = group.tracks[this.number];
    if (track === undefined) return;
    if (track.cursor !== undefined) {
      track.cursor.low -= shift;
      track.cursor.high -= shift;
    }
    const { entries } = group;
    const oldest = entries.size > 0 ? entries.times[entries.head]! : Infinity;
    if (track.episodes.some((episode) => episode.last < oldest && episode.last <= last)) {
      track.episodes = track.episodes.filter((episode) => episode.last >= oldest || episode.last > last);
    }
  }

  /** An entry of the moment judged last joins the judge; any other late one makes it start anew. */
  private insertIntoCursor(group: GroupWindow, track: Track, cursor: Cursor, index: number): void {
    const { entries } = group;
    const time = entries.times[index]!;
    cursor.high += 1;
    if (time !== entries.times[cursor.high - 1] || index < cursor.low) {
      track.cursor = undefined;
      return;
    }
    cursor.judge.add(entries, index, index, entries.lower(time), cursor.high - 1);
  }

  /** Judges the moments that were touched; answers the episodes they belong to. */
  judgeGroup(group: GroupWindow): Iterable<Episode> {
    const { touched } = group;
    if (this.clearlyQuiet(group)) return NOTHING;
    const track = group.track(this.number);
    const { timespan } = this.plan;
    const episodes = new Set<Episode>();
    const ranges: { low: number; high: number }[] = [];
    for (let i = 0; i < touched.length;) {
      // Neighbouring moments are judged in one go.
      const from = touched[i]!;
      let to = from;
      for (i += 1; i < touched.length && touched[i]! <= to + timespan; i += 1) to = touched[i]!;
      if (this.plan.monotone) {
        this.judgeRange(group, track, from, to + timespan);
        continue;
      }
      // A firing taken back can cut an episode short or in two: all that is left of it is named.
      let low = from;
      let high = to + timespan;
      for (const { first, last } of track.episodes) {
        if (last < from || first - timespan > to + timespan) continue;
        low = Math.min(low, first);
        high = Math.max(high, last);
      }
      this.judgeRange(group, track, from, to + timespan);
      ranges.push({ low, high });
    }
    for (const { low, high } of ranges) {
      for (const episode of track.episodes) {
        if (episode.last >= low && episode.first - timespan <= high) episodes.add(episode);
      }
    }
    if (this.plan.monotone) {
      let previous = Number.NaN;
      for (const time of touched) {
        if (time === previous) continue;
        previous = time;
        const episode = episodeAt(track.episodes, time, this.plan.lookback);
        if (episode !== undefined) episodes.add(episode);
      }
    }
    return episodes;
  }

  /** The usual case of a threshold: one new event at the end of a group that is still below it. */
  private clearlyQuiet(group: GroupWindow): boolean {
    const { count, timespan } = this.plan;
    const { entries, touched } = group;
    if (count === undefined || touched.length !== 1 || this.dependents.length > 0) return false;
    const time = touched[0]!;
    const { times } = entries;
    if (times[times.length - 1] !== time) return false;
    const first = times.length - count;
    if (first >= entries.head && times[first]! >= time - timespan) return false;
    const last = group.tracks[this.number]?.episodes.at(-1);
    return last === undefined || last.last < time;
  }

  /** Judges the windows that end within [from, to]. */
  private judgeRange(group: GroupWindow, track: Track, from: number, to: number): void {
    const { entries } = group;
    const { times } = entries;
    const skip = this.plan.monotone && this.dependents.length === 0;
    let index = entries.lower(from);
    let rebuild = false;
    let cursor = track.cursor;
    while (index < times.length && times[index]! <= to) {
      const time = times[index]!;
      if (skip && track.episodes.length > 0) {
        // Between firings of one episode nothing new can be learned: only its last window is measured again.
        const episode = episodeAt(track.episodes, time, 0);
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
          this.fire(
            group,
            track,
            index,
            last,
            last - entries.lower(time - this.plan.timespan) + 1,
            times[first]!,
          );
        }
      } else {
        cursor = this.plan.stepwise ? this.freshCursor(group, index) : this.cursorAt(group, cursor, index);
        rebuild = this.measure(group, track, cursor, index, last) || rebuild;
        if (!this.plan.stepwise && cursor.high === times.length) track.cursor = cursor;
      }
      index = last + 1;
    }
    if (rebuild) rebuildEpisodes(track, this.plan.timespan);
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
  private measure(group: GroupWindow, track: Track, cursor: Cursor, first: number, last: number): boolean {
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
      this.fire(group, track, first, last, value, start);
      return false;
    }
    return !this.plan.monotone && this.unfire(group, track, first, last);
  }

  /** The window that ends with this run meets the condition. */
  private fire(
    group: GroupWindow,
    track: Track,
    first: number,
    last: number,
    value: number,
    start: number,
  ): void {
    const { entries } = group;
    const time = entries.times[first]!;
    if (!this.plan.monotone) {
      const firings = (track.firings ??= { times: [], values: [] });
      const place = lowerIndex(firings.times, time);
      const known = firings.times[place] === time ? 1 : 0;
      firings.times.splice(place, known, time);
      firings.values.splice(place, known, value);
    }
    addFiring(track.episodes, time, value, this.plan.timespan);
    for (const [which, windows] of this.dependents.entries()) {
      const { bit } = this.plan.dependents[which]!;
      for (let i = first; i <= last; i += 1) {
        const facts = entries.onwards![i]?.[which];
        if (facts === undefined) continue;
        for (const key of facts.groups) {
          windows.offerFiring(key, entries.ids[i]!, time, entries.arrivals[i]!, bit, facts, start, group);
        }
      }
    }
  }

  /** The window that ends with this run does not meet the condition (any more). */
  private unfire(group: GroupWindow, track: Track, first: number, last: number): boolean {
    const { entries } = group;
    const time = entries.times[first]!;
    const firings = track.firings;
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
function rebuildEpisodes(track: Track, timespan: number): void {
  const old = track.episodes;
  track.episodes = [];
  // The firings of a frozen part are gone: its episode stays with what it had.
  const oldest = track.firings?.times[0] ?? Infinity;
  for (const episode of old) {
    if (episode.frozen !== undefined && episode.first < oldest) {
      track.episodes.push({ ...episode, last: Math.min(episode.last, oldest) });
    }
  }
  const { times, values } = track.firings ?? { times: [], values: [] };
  for (const [i, time] of times.entries()) addFiring(track.episodes, time, values[i]!, timespan);
  for (const { frozen, first, last } of old) {
    if (frozen === undefined) continue;
    const heir = track.episodes.find((episode) => episode.first <= last && episode.last >= first);
    if (heir !== undefined) heir.frozen = frozen;
  }
}

/** Lets episodes remember the entries before an index, which are about to be dropped. */
function freeze(group: GroupWindow, track: Track, plan: CorrelationPlan, before: number): void {
  const { entries } = group;
  const oldest = entries.times[entries.head]!;
  const dropped = entries.times[before - 1]!;
  for (const episode of track.episodes) {
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
