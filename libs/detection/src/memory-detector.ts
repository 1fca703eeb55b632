import { AppError } from '@mcm/kernel';
import type { Detection, DetectorEvent } from './detection.js';
import type { AppliedMatches, Detector, DetectorOptions, DetectorStats, MatchedEvents } from './detector.js';
import type { EventRule } from './document/rule-document.js';
import { EventDetection } from './event-detection.js';
import { EventMatcher } from './evaluate/event-matcher.js';
import { parseDuration } from './parse/duration.js';
import type { RuleSet } from './rule-set.js';
import type { Turn } from './turn.js';
import { ArrivalStretch } from './matches/arrival-stretch.js';
import { Correlations, type Feed } from './correlations.js';
import { decodeMatches, encodeMatches } from './matches/match-codec.js';
import type { OpenEpisode } from './windows/episodes/seed-episode.js';
import { WindowMatches } from './matches/window-matches.js';
import { DEFAULT_WINDOW_LIMITS, type WindowLimits } from './windows/window-limits.js';

const DEFAULT_LATENESS = 3_600_000;

/** Where the matches of a rule over single events go. */
interface Outlet {
  readonly rule: EventRule;
  /** Raises no detections of its own. */
  readonly silent: boolean;
  readonly feeds: readonly Feed[];
}

/** What was matched and is not in windows yet. */
class Matched implements MatchedEvents {
  readonly detections: Detection[] = [];

  constructor(
    readonly matches: WindowMatches,
    private readonly correlations: Correlations,
  ) {}

  encode(): string {
    return encodeMatches(this.matches, this.correlations.named());
  }
}

/** A detector that keeps everything in the memory of the process. */
export class MemoryDetector implements Detector {
  readonly longestTimespan: number;
  private readonly matcher: EventMatcher;
  private readonly outlets: readonly Outlet[];
  private readonly correlations: Correlations;
  private readonly limits: WindowLimits;
  private readonly route: boolean;
  private readonly timestampSlots: readonly number[];
  /** The detector whose windows are taken over. */
  private replaced: MemoryDetector | undefined;
  private events = 0;
  private untimed = 0;
  /** By id of the rule, the events that it was left out for. */
  private skipped = new Map<string, number>();

  constructor(rules: RuleSet, options: DetectorOptions) {
    this.route = options.route ?? true;
    this.limits = {
      maxGroups: options.maxGroups ?? DEFAULT_WINDOW_LIMITS.maxGroups,
      maxEntries: options.maxEntries ?? DEFAULT_WINDOW_LIMITS.maxEntries,
      maxLate: options.maxLate ?? DEFAULT_WINDOW_LIMITS.maxLate,
    };
    const lateness = latenessOf(options.lateness);
    const eventRules = rules.eventRules();
    this.matcher = new EventMatcher(eventRules, options.index ?? true);
    const { slots } = this.matcher;
    this.timestampSlots = ['timestamp', '@timestamp'].map((field) => slots.slot(field));
    if (options.replaces instanceof MemoryDetector) this.replaced = options.replaces;
    this.correlations = new Correlations(
      rules,
      slots,
      this.limits,
      { now: -Infinity, lateness, maxLate: this.limits.maxLate, groups: 0, entries: 0, lateSkipped: 0 },
      this.replaced?.correlations,
      options.meaning,
    );
    this.longestTimespan = this.correlations.longestTimespan;
    this.outlets = eventRules.map((rule) => ({
      rule,
      silent: rules.isSilent(rule.id),
      feeds: this.correlations.feedsOf(rule.id),
    }));
  }

  process(event: DetectorEvent): Detection[] {
    const detections: Detection[] = [];
    const since = this.take(event, detections, undefined);
    this.correlations.evaluate(detections, since);
    return detections;
  }

  processBatch(events: readonly DetectorEvent[], turn?: Turn): Detection[] {
    const detections: Detection[] = [];
    this.takeAll(events, detections, undefined, turn);
    return detections;
  }

  takeSkipped(): ReadonlyMap<string, number> {
    const { skipped } = this;
    if (skipped.size > 0) this.skipped = new Map();
    return skipped;
  }

  absorb(events: readonly DetectorEvent[], turn?: Turn): void {
    this.takeAll(events, undefined, undefined, turn);
  }

  match(events: readonly DetectorEvent[], turn?: Turn): MatchedEvents {
    const matched = new Matched(new WindowMatches(this.now), this.correlations);
    this.takeAll(events, matched.detections, matched.matches, turn);
    return matched;
  }

  passing(now: Date | number): MatchedEvents {
    const matches = new WindowMatches(Number(now), true);
    matches.cut(Number(now), -Infinity, 0);
    return new Matched(matches, this.correlations);
  }

  enter(matched: MatchedEvents, since: Date | number = Infinity): Detection[] {
    if (!(matched instanceof Matched)) throw new TypeError('Only what was matched here can enter');
    const { clock } = this.correlations;
    const detections: Detection[] = [];
    let next = 0;
    matched.matches.enter(clock, (stretch) => {
      for (; next < stretch.found; next += 1) detections.push(matched.detections[next]!);
      this.correlations.evaluate(detections, Math.min(stretch.since, Number(since)));
    });
    return detections;
  }

  applyMatches(text: string): AppliedMatches {
    const { matches, range, lacking } = decodeMatches(text, this.correlations.named());
    const missing: Detection[] = [];
    matches.enter(this.correlations.clock, ({ since }) => {
      this.correlations.evaluate(matches.passing ? missing : undefined, since);
    });
    return { unknown: lacking ? range : undefined, missing };
  }

  advance(now: Date | number, since?: Date | number): Detection[] {
    const { clock } = this.correlations;
    clock.now = Math.max(clock.now, Number(now));
    const detections: Detection[] = [];
    this.correlations.evaluate(detections, since === undefined ? clock.now : Number(since));
    return detections;
  }

  due(): number {
    return this.correlations.due();
  }

  takeOver(): void {
    const { replaced } = this;
    if (replaced === undefined) return;
    this.correlations.takeOver();
    this.replaced = undefined;
    this.events += replaced.events;
    this.matcher.evaluations += replaced.matcher.evaluations;
    this.untimed += replaced.untimed;
  }

  get now(): number {
    return this.correlations.clock.now;
  }

  get horizon(): number {
    return this.correlations.horizon;
  }

  seedEpisode(open: OpenEpisode): void {
    this.correlations.seed(open);
  }

  stats(): DetectorStats {
    const { clock, evictions } = this.correlations;
    const warnings: string[] = [];
    if (evictions > 0) {
      warnings.push(
        `${evictions} groups or events were forgotten because the limit of ${this.limits.maxGroups} groups or ` +
          `${this.limits.maxEntries} events in windows was reached; correlations may miss something`,
      );
    }
    if (clock.lateSkipped > 0) {
      warnings.push(
        `${clock.lateSkipped} times late events came into a group so large that windows before its newest ones were ` +
          `not measured again (${this.limits.maxLate} entries may be visited); correlations may miss something`,
      );
    }
    for (const [id, events] of this.skipped) {
      warnings.push(
        `The rule ${id} was not tried on ${events} events, whose texts are too long for its regular expressions`,
      );
    }
    if (this.untimed > 0) warnings.push(`${this.untimed} events without a time took no part in correlations`);
    return {
      events: this.events,
      evaluations: this.matcher.evaluations,
      groups: clock.groups,
      entries: clock.entries,
      evictions,
      lateSkipped: clock.lateSkipped,
      untimed: this.untimed,
      warnings,
    };
  }

  /** Takes events into the windows and evaluates these, or only notes `into` what the windows have to apply. */
  private takeAll(
    events: readonly DetectorEvent[],
    detections: Detection[] | undefined,
    into: WindowMatches | undefined,
    turn: Turn | undefined,
  ): void {
    const { spending } = this.matcher.view;
    turn?.begin(spending);
    let taken = 0;
    const stretch = new ArrivalStretch(this.correlations.clock.lateness);
    const evaluate = (): void => {
      if (into !== undefined) into.cut(stretch.since, stretch.latest, detections?.length ?? 0);
      else this.correlations.evaluate(detections, detections === undefined ? Infinity : stretch.since);
      stretch.restart();
    };
    for (const event of events) {
      if (event.receivedAt === undefined && event.time === undefined) this.matcher.look(event.data);
      const arrival = event.receivedAt === undefined ? this.timeOf(event) : finite(event.receivedAt);
      if (stretch.endsBefore(arrival)) evaluate();
      stretch.add(this.take(event, detections, into));
      taken += 1;
      if (turn?.isOver(spending) === true) break;
    }
    evaluate();
    if (turn !== undefined) turn.taken = taken;
  }

  /** Evaluates an event and offers it to the windows, or notes what is to be offered; answers its arrival. */
  private take(
    event: DetectorEvent,
    detections: Detection[] | undefined,
    into: WindowMatches | undefined,
  ): number {
    const { matcher } = this;
    this.events += 1;
    matcher.look(event.data);
    const time = this.timeOf(event);
    const received = finite(event.receivedAt);
    const arrival = arrive(into ?? this.correlations.clock, time, received);
    const matched = matcher.match(this.route ? (event.logsource ?? undefined) : undefined);
    if (matcher.skipped.length > 0 && detections !== undefined) this.countSkipped();
    let timed = true;
    for (let i = 0; i < matched.length; i += 1) {
      const number = matched[i]!;
      const { rule, silent, feeds } = this.outlets[number]!;
      if (detections !== undefined && !silent) {
        const when = Number.isNaN(time) ? (Number.isNaN(received) ? 0 : received) : time;
        detections.push(new EventDetection(rule, matcher.level(number), event, when, matcher, number));
      }
      if (feeds.length === 0) continue;
      if (Number.isNaN(time)) {
        timed = false;
        continue;
      }
      for (let j = 0; j < feeds.length; j += 1) {
        const { windows, bit, facts } = feeds[j]!;
        const read = facts.read(matcher.view);
        if (read === undefined) continue;
        if (into === undefined) windows.offer(event.id, time, arrival, bit, read);
        else into.add(windows, bit, event.id, time, arrival, read);
      }
    }
    if (!timed) this.untimed += 1;
    return arrival;
  }

  private countSkipped(): void {
    for (const number of this.matcher.skipped) {
      const { id } = this.outlets[number]!.rule;
      this.skipped.set(id, (this.skipped.get(id) ?? 0) + 1);
    }
  }

  private timeOf(event: DetectorEvent): number {
    if (event.time !== undefined) return finite(event.time);
    for (const slot of this.timestampSlots) {
      const values = this.matcher.view.field(slot);
      const text = values.count > 0 ? values.scalar(0) : undefined;
      if (typeof text === 'string') {
        const time = Date.parse(text);
        if (!Number.isNaN(time)) return time;
      }
    }
    return Number.NaN;
  }
}

/** Moves arrival time on; answers when the event arrived. Without a known arrival the greatest time seen counts. */
function arrive(clock: { now: number }, time: number, received: number): number {
  if (Number.isNaN(received)) {
    if (time > clock.now) clock.now = time;
    return clock.now;
  }
  if (received > clock.now) clock.now = received;
  return received;
}

/** Milliseconds; NaN when it is no moment at all: an infinite one would make every window seem long past. */
function finite(time: Date | number | undefined): number {
  const milliseconds = time === undefined ? Number.NaN : Number(time);
  return Number.isFinite(milliseconds) ? milliseconds : Number.NaN;
}

function latenessOf(lateness: number | string | undefined): number {
  if (lateness === undefined) return DEFAULT_LATENESS;
  const milliseconds = typeof lateness === 'number' ? lateness : parseDuration(lateness);
  if (milliseconds === undefined || !(milliseconds >= 0)) {
    throw new AppError(
      'invalid',
      'DETECTION.LATENESS',
      `"${lateness}" is not a lateness: milliseconds, or a text such as 1h`,
    );
  }
  return milliseconds;
}
