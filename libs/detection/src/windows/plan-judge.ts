import type { CorrelationPlan } from './correlation-plan.js';
import type { JudgedEntry } from './entry-columns.js';
import { addFiring, episodeAt, removeFiring, type Episode } from './episode.js';
import { episodesWithin, stretchAround, type Stretch } from './episode-stretch.js';
import type { EventFacts, GroupKey } from './event-facts.js';
import { Firings } from './firings.js';
import { freezeEpisodes } from './freeze-episodes.js';
import type { GroupWindow, Track } from './group-window.js';
import { mayFire } from './hurdle.js';
import { meetsThreshold } from './threshold.js';
import { WindowCursor } from './window-cursor.js';
import type { WindowIndex } from './window-index.js';

/** A match, or a firing of a referred correlation, on its way into a window. */
export interface Offer {
  readonly key: GroupKey;
  readonly id: string;
  readonly time: number;
  readonly arrival: number;
  /** The number of the referred rule. */
  readonly bit: number;
  readonly facts: EventFacts;
  /** Where the tightest window of a firing begins; the time of an event. */
  readonly start: number;
  /** The group that fired; undefined for an event. */
  readonly origin: GroupWindow | undefined;
}

/** Where the firings of a correlation go: the windows of a correlation over it. */
export interface FiringTarget {
  /** Takes in that a referred correlation fired at an event. */
  put(offer: Offer): void;
  /** Takes it back. */
  retract(id: string, time: number, bit: number, facts: EventFacts): void;
}

const NOTHING: readonly Episode[] = [];
/** Entries that are gone through rather than looked up in an index. */
const FEW = 256;

/** Decides for one correlation where windows fire, and keeps its episodes. */
export class PlanJudge {
  /** Between firings of one episode nothing new can be learned. */
  private readonly skips: boolean;

  constructor(
    readonly plan: CorrelationPlan,
    /** Which track of a group is this correlation's. */
    readonly number: number,
    /** The windows of the plan's dependents, in their order. */
    private readonly dependents: readonly FiringTarget[],
  ) {
    this.skips = plan.monotone && dependents.length === 0;
  }

  /** An entry came in. */
  inserted(group: GroupWindow, entry: JudgedEntry): void {
    const track = group.tracks[this.number];
    if (track === undefined) return;
    track.index?.add(entry);
    if (track.cursor?.add(entry) === false) track.cursor = undefined;
    if (track.parked?.add(entry) === false) track.parked = undefined;
  }

  /** An entry that was there has more bits, or another start. */
  changed(group: GroupWindow, entry: JudgedEntry, maskBefore: number, startBefore: number): void {
    const track = group.tracks[this.number];
    if (track === undefined) return;
    if (entry.start < startBefore) {
      // A window only notes what is better than before.
      track.cursor = undefined;
      track.parked = undefined;
    }
    track.index?.addBits(entry, maskBefore);
    if (track.cursor?.change(entry) === false) track.cursor = undefined;
    if (track.parked?.change(entry) === false) track.parked = undefined;
  }

  /** The entry at an address is about to be taken out: so is every firing at it. */
  retracting(group: GroupWindow, address: number): void {
    const track = group.tracks[this.number];
    if (track === undefined) return;
    this.retract(group, address, group.entries.next(address));
    track.cursor = undefined;
    track.parked = undefined;
  }

  /** The entries before an address are about to be dropped: episodes they belong to remember them. */
  dropping(group: GroupWindow, before: number): void {
    const track = group.tracks[this.number];
    if (track === undefined) return;
    const { entries } = group;
    freezeEpisodes(group, track, this.plan, before);
    const { firings, index } = track;
    if (firings !== undefined) {
      const last = entries.time(entries.previous(before));
      firings.keep(entries.firstTime, last + this.plan.timespan, (time) =>
        this.measureAt(group, track, time),
      );
      firings.dropBefore(firings.find(({ time }) => time > last));
    }
    if (track.cursor?.drop(before) === false) track.cursor = undefined;
    if (track.parked?.drop(before) === false) track.parked = undefined;
    if (index !== undefined) {
      for (let i = entries.begin; i < before; i = entries.next(i)) index.remove(entries.judged(i));
    }
  }

  /** Entries up to a time were dropped. */
  dropped(group: GroupWindow, last: number): void {
    const track = group.tracks[this.number];
    if (track === undefined) return;
    const oldest = group.entries.firstTime;
    const { episodes } = track;
    episodes.dropBefore(episodes.find((episode) => episode.last >= oldest || episode.last > last));
    if (group.entries.size > 0) return;
    // What comes next is newer than all entries, but not than these windows.
    track.cursor = undefined;
    track.parked = undefined;
  }

  /** Judges the moments that were touched, in order of time; answers the episodes they belong to. */
  judgeGroup(group: GroupWindow, touched: readonly number[]): readonly Episode[] {
    if (this.clearlyQuiet(group, touched[0]!)) return NOTHING;
    const track = group.track(this.number);
    const { monotone, timespan } = this.plan;
    const ranges: Stretch[] = [];
    for (let i = 0; i < touched.length;) {
      // Neighbouring moments are judged in one go.
      const first = i;
      let to = touched[first]!;
      for (i += 1; i < touched.length && touched[i]! <= to + timespan; i += 1) to = touched[i]!;
      if (!monotone) ranges.push(stretchAround(track, touched[first]!, to + timespan, timespan));
      this.judgeMoments(
        group,
        track,
        first === 0 && i === touched.length ? touched : touched.slice(first, i),
      );
    }
    this.makeIndex(group, track);
    return monotone ? this.episodesAt(track, touched) : episodesWithin(track, ranges, timespan);
  }

  /** The episodes that moments, in order of time, belong to. */
  private episodesAt({ episodes }: Track, touched: readonly number[]): readonly Episode[] {
    if (episodes.size === 0) return NOTHING;
    const found: Episode[] = [];
    let previous = Number.NaN;
    for (const time of touched) {
      if (time === previous) continue;
      previous = time;
      const episode = episodeAt(episodes, time, this.plan.lookback);
      if (episode !== undefined && episode !== found.at(-1)) found.push(episode);
    }
    return found;
  }

  /** The usual case: what came in touches no episode, and no window that holds some of it can fire. */
  private clearlyQuiet(group: GroupWindow, first: number): boolean {
    const track = group.tracks[this.number];
    // An index notes which windows are above a bound, fire or not.
    if (track?.index !== undefined) return false;
    const last = track?.episodes.last;
    if (last !== undefined && last.last >= first) return false;
    return !mayFire(this.plan.hurdle, group.entries, first - this.plan.timespan);
  }

  /** Judges the windows that touched moments lie in. */
  private judgeMoments(group: GroupWindow, track: Track, touched: readonly number[]): void {
    const { entries } = group;
    const { timespan } = this.plan;
    const from = touched[0]!;
    const to = touched[touched.length - 1]! + timespan;
    if (track.firings !== undefined) this.forgetFirings(group, track, touched);
    if (track.index !== undefined) {
      this.judgeByIndex(group, track, track.index, touched);
      return;
    }
    // The newest moment is where the last window stands.
    const newest = from === entries.lastTime && (this.plan.count !== undefined || track.cursor !== undefined);
    const effort = entries.size > FEW && !newest ? this.effort(group, track, from, to) - touched.length : 0;
    this.judgeRange(group, track, from, to);
    if (effort > FEW) track.effort += effort;
  }

  /** Makes an index when as much has been spent for want of one as it costs. */
  private makeIndex(group: GroupWindow, track: Track): void {
    const { entries } = group;
    if (track.index !== undefined || track.effort <= FEW || track.effort < entries.size) return;
    const index = this.plan.createIndex();
    if (index === undefined) return;
    for (let i = entries.begin; i < entries.end; i = entries.next(i)) index.add(entries.judged(i));
    index.settle((time) => this.measureAt(group, track, time));
    track.index = index;
    track.effort = entries.size;
    group.indexes += 1;
  }

  /** How many entries must be gone through to judge the windows that end within [from, to]. */
  private effort(group: GroupWindow, track: Track, from: number, to: number): number {
    const { entries } = group;
    const { count, timespan } = this.plan;
    let begin = from;
    if (this.skips) {
      // Among fewer entries than make a firing there are no windows to be gone through.
      if (count !== undefined && count <= FEW / 2) return 0;
      const episode = episodeAt(track.episodes, from, 0);
      if (episode !== undefined && from < episode.last) begin = episode.last;
    }
    const low = entries.lower(begin);
    const moments = begin > to ? 0 : entries.between(low, entries.upper(to));
    if (count !== undefined) return moments;
    const near = this.nearestCursor(track, begin);
    const behind = near === undefined ? entries.lower(begin - timespan) : entries.upper(near.time);
    return moments + Math.max(0, entries.between(behind, low));
  }

  /** Judges the windows that end within [from, to]. */
  private judgeRange(group: GroupWindow, track: Track, from: number, to: number): void {
    const { entries } = group;
    const { count, timespan } = this.plan;
    let gone: number[] | undefined;
    let first = entries.lower(from);
    while (first < entries.end) {
      const time = entries.time(first);
      if (time > to) break;
      if (this.skips && track.episodes.size > 0) {
        // Only the last window of an episode is measured again.
        const episode = episodeAt(track.episodes, time, 0);
        if (episode !== undefined && time < episode.last) {
          first = entries.lower(episode.last);
          continue;
        }
      }
      let end = entries.next(first);
      if (end < entries.end && entries.time(end) === time) end = entries.upper(time);
      if (count !== undefined) {
        const begin = entries.back(end, count);
        if (begin !== undefined && entries.time(begin) >= time - timespan) {
          const value = entries.between(entries.lower(time - timespan), end);
          this.fire(group, track, first, end, value, entries.time(begin));
        }
      } else {
        const cursor = this.cursorAt(group, track, time);
        const value = cursor.measure();
        if (value !== undefined && meetsThreshold(this.plan.rule.threshold, value)) {
          const start = this.dependents.length > 0 ? cursor.tightest() : time;
          this.fire(group, track, first, end, value, start);
        } else if (track.firings?.delete(time) === true) {
          (gone ??= []).push(time);
          this.retract(group, first, end);
        }
      }
      first = end;
    }
    if (gone !== undefined) this.shorten(group, track, gone);
    if (entries.size <= FEW) track.parked = undefined;
  }

  /** Judges the windows that touched moments lie in, where an index tells which of them changed. */
  private judgeByIndex(
    group: GroupWindow,
    track: Track,
    index: WindowIndex,
    touched: readonly number[],
  ): void {
    const { entries } = group;
    const { monotone, timespan } = this.plan;
    const { episodes } = track;
    const judge = (time: number): number | undefined => this.measureAt(group, track, time);
    const gone: number[] = [];
    for (const time of touched) {
      const to = time + timespan;
      if (!monotone) (track.firings ??= new Firings()).outdate(time, Math.min(to, entries.lastTime));
      const begun = monotone && episodeAt(episodes, time, 0) !== undefined;
      for (const moment of index.changes(time, to, begun, judge)) {
        if (!index.fires(moment)) {
          if (track.firings?.delete(moment) === true) gone.push(moment);
          continue;
        }
        if (monotone) {
          const episode = episodeAt(episodes, moment, 0);
          if (episode !== undefined && moment < episode.last) continue;
        }
        track.firings?.set(moment, Number.NaN);
        addFiring(episodes, moment, Number.NaN, timespan);
      }
    }
    this.shorten(group, track, gone);
    for (const time of touched) {
      // The last window of an episode is measured again.
      const ending = episodes.endingFrom(time);
      const episode = ending === episodes.end ? undefined : episodes.at(ending);
      if (episode !== undefined && episode.last <= time + timespan && index.fires(episode.last)) {
        episode.value = this.measureAt(group, track, episode.last) ?? episode.value;
      }
    }
    const late = entries.between(entries.lower(touched[0]!), entries.end) - touched.length > FEW;
    track.effort = late ? entries.size : track.effort - touched.length;
    if (track.effort > 0) return;
    track.index = undefined;
    track.effort = 0;
    group.indexes -= 1;
  }

  /** What is measured over the window that ends at a moment. */
  private measureAt(group: GroupWindow, track: Track, time: number): number | undefined {
    return track.index?.measure(time) ?? this.cursorAt(group, track, time).measure();
  }

  /** The window that ends at a moment. */
  private cursorAt(group: GroupWindow, track: Track, time: number): WindowCursor {
    const { entries } = group;
    let cursor = this.nearestCursor(track, time);
    if (cursor === undefined) {
      const { timespan, stepwise } = this.plan;
      cursor = new WindowCursor(entries, this.plan.createJudge(), timespan, stepwise, time);
    } else if (cursor.time < time) {
      cursor.moveTo(time);
    }
    if (time === entries.lastTime) {
      if (track.parked === cursor) track.parked = undefined;
      track.cursor = cursor;
    } else if (cursor !== track.cursor) {
      track.parked = cursor;
    }
    return cursor;
  }

  /** The window that has the shortest way to a moment, if it is shorter than from nowhere. */
  private nearestCursor({ cursor, parked }: Track, time: number): WindowCursor | undefined {
    const usable = (one: WindowCursor | undefined): boolean =>
      one !== undefined && one.time <= time && one.time >= time - this.plan.timespan;
    if (!usable(cursor)) return usable(parked) ? parked : undefined;
    return usable(parked) && parked!.time > cursor!.time ? parked : cursor;
  }

  /** The window that ends with the entries [first, end), all of one moment, meets the condition. */
  private fire(
    group: GroupWindow,
    track: Track,
    first: number,
    end: number,
    value: number,
    start: number,
  ): void {
    const { entries } = group;
    const time = entries.time(first);
    if (!this.plan.monotone) (track.firings ??= new Firings()).set(time, value);
    addFiring(track.episodes, time, value, this.plan.timespan);
    for (const [which, windows] of this.dependents.entries()) {
      const { bit } = this.plan.dependents[which]!;
      for (let i = first; i < end; i = entries.next(i)) {
        const facts = entries.onward(i)?.[which];
        if (facts === undefined) continue;
        for (const key of facts.groups) {
          const [id, arrival] = [entries.id(i), entries.arrival(i)];
          windows.put({ key, id, time, arrival, bit, facts, start, origin: group });
        }
      }
    }
  }

  /** The window that ends with these entries does not meet the condition any more. */
  private retract(group: GroupWindow, first: number, end: number): void {
    const { entries } = group;
    const time = entries.time(first);
    for (const [which, windows] of this.dependents.entries()) {
      const { bit } = this.plan.dependents[which]!;
      for (let i = first; i < end; i = entries.next(i)) {
        const facts = entries.onward(i)?.[which];
        if (facts !== undefined) windows.retract(entries.id(i), time, bit, facts);
      }
    }
  }

  /** Forgets firings at moments whose last entry was taken out: nothing that is gone through leads to them. */
  private forgetFirings(group: GroupWindow, track: Track, moments: readonly number[]): void {
    const { entries } = group;
    const gone = moments.filter((time) => {
      const address = entries.lower(time);
      const there = address < entries.end && entries.time(address) === time;
      return !there && track.firings?.delete(time) === true;
    });
    this.shorten(group, track, gone);
  }

  /** Takes firings that are gone out of the episodes. */
  private shorten(group: GroupWindow, track: Track, gone: readonly number[]): void {
    const { episodes, firings } = track;
    if (firings === undefined) return;
    for (const time of gone) {
      removeFiring(episodes, time, firings, this.plan.timespan, (left) =>
        firings.valueAt(left, (moment) => this.measureAt(group, track, moment)),
      );
    }
  }
}
