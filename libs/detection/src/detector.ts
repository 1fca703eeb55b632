import type { Detection, DetectorEvent } from './detection.js';
import { MemoryDetector } from './memory-detector.js';
import type { RuleSet } from './rule-set.js';
import type { Turn } from './turn.js';
import type { OpenEpisode } from './windows/episodes/seed-episode.js';
import type { WindowLimits } from './windows/window-limits.js';

export interface DetectorOptions extends Partial<WindowLimits> {
  /** Look candidate rules up by what they need. Default true; false evaluates rule by rule, to compare with. */
  index?: boolean;
  /** Try only the rules whose log source fits the event's; events without one are tried against all. Default true. */
  route?: boolean;
  /**
   * How much later than its neighbours an event may arrive and still count in their windows: milliseconds, or a text
   * such as `1h`. Default one hour.
   */
  lateness?: number | string;
  /**
   * The detector that this one will follow. Correlations that did not change get its windows with
   * {@link Detector.takeOver}; until then they apply nothing. Both must have the same placeholders.
   */
  replaces?: Detector;
  /**
   * What else decides what the rules mean, such as the values of their placeholders. Detectors with another one apply
   * nothing of each other ({@link Detector.applyMatches}).
   */
  meaning?: string;
}

/** What rules over single events matched, before the windows of correlations know of it. */
export interface MatchedEvents {
  /** The text that {@link Detector.applyMatches} of a detector in another process reads. */
  encode(): string;
}

/** The result of applying what another detector matched. */
export interface AppliedMatches {
  /**
   * Some windows here are not known to the other detector, as while rules are being replaced. They lack the events that
   * arrived in this range (milliseconds, both ends included): absorb them from elsewhere.
   */
  unknown: { since: number; until: number } | undefined;
  /** When the other advanced arrival time: what is found missing by then, which every detector finds and any may report. */
  missing: Detection[];
}

export interface DetectorStats {
  /** Events looked at, absorbed ones included. */
  events: number;
  /** Rules over single events that were evaluated, over all events; the index keeps this small. */
  evaluations: number;
  /** Groups with a window now. */
  groups: number;
  /** Events in windows now. */
  entries: number;
  /** Groups and entries forgotten because a limit was reached. */
  evictions: number;
  /** How often late events were left out of windows of a group that is too large for them (`maxLate`). */
  lateSkipped: number;
  /** Events that no window could take because they have no time. */
  untimed: number;
  /** Sentences for people about what is not as it should be; empty when all is well. */
  warnings: string[];
}

/** Evaluates events and returns what the rules find. Synchronous; all state is in memory. */
export interface Detector {
  /** Evaluates one event. A correlation's detection names the episode the event belongs to, as it stands now. */
  process(event: DetectorEvent): Detection[];
  /**
   * Evaluates events together: the same findings, but each episode that they touch is named once, as it stands at the end;
   * in a batch that arrived over longer than the allowed lateness, once for each stretch of that length.
   *
   * @param turn bounds how long this takes; it may leave some of the events then
   */
  processBatch(events: readonly DetectorEvent[], turn?: Turn): Detection[];
  /**
   * The first half of {@link processBatch}: nothing enters a window yet. So several detectors with the same rules can
   * divide events and keep the same windows: each puts the text of what it matched where all see it in one order, and
   * then applies, in that order, what others matched ({@link applyMatches}) and its own ({@link enter}). Then each
   * finds with its batch what a single detector finds that gets the batches of all in this order (docs/adr/0016).
   */
  match(events: readonly DetectorEvent[], turn?: Turn): MatchedEvents;
  /** The first half of {@link advance}. */
  passing(now: Date | number): MatchedEvents;
  /**
   * The second half: lets what this detector matched into its windows, and answers what processBatch or advance would.
   * Call it once.
   *
   * @param since names again what was found missing since then
   */
  enter(matched: MatchedEvents, since?: Date | number): Detection[];
  /**
   * Lets what another detector matched into the windows. Applying the same again does no harm.
   *
   * @throws AppError `DETECTION.BAD_MATCHES` when it is no such text
   */
  applyMatches(text: string): AppliedMatches;
  /** Feeds events into the windows without naming anything: to have them back after a restart. */
  absorb(events: readonly DetectorEvent[], turn?: Turn): void;
  /** Makes an episode known that began before what was absorbed; call it after {@link absorb}. */
  seedEpisode(episode: OpenEpisode): void;
  /**
   * Advances arrival time without an event; answers what is found missing by then (`absence`), and again what was found
   * missing at `since` or later (`now` unless given), in case that answer was lost.
   */
  advance(now: Date | number, since?: Date | number): Detection[];
  /** The arrival time that {@link advance} must pass before it can find something; Infinity when nothing waits. */
  due(): number;
  /**
   * Takes the windows of unchanged correlations from the detector that this one replaces, which must not be used any
   * more. Call it once, when {@link absorb} has filled the others.
   */
  takeOver(): void;
  /**
   * By id of the rule: how many events it was left out for since this was asked last, because its expressions cost too
   * much on their texts (`EVALUATION_LIMITS`). Events that were absorbed do not count.
   */
  takeSkipped(): ReadonlyMap<string, number>;
  stats(): DetectorStats;
  /** The latest arrival it knows of; milliseconds, -Infinity before the first event. */
  readonly now: number;
  /**
   * Milliseconds: how far back in arrival time {@link absorb} has to go to fill the windows that are not taken over; 0
   * when there are none.
   */
  readonly horizon: number;
  /** Milliseconds: how far back the longest correlation looks. 0 without correlations. */
  readonly longestTimespan: number;
}

/** Compiles rules into a detector with windows of its own. */
export function createDetector(rules: RuleSet, options: DetectorOptions = {}): Detector {
  return new MemoryDetector(rules, options);
}
