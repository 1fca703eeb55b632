import {
  createDetector,
  type Detection,
  type Detector,
  type DetectorEvent,
  type DetectorStats,
  type MatchedEvents,
} from '@mcm/detection';
import { type Clock, messageOf } from '@mcm/kernel';
import type { MatchLog } from '@mcm/match-log';
import type { Logger } from '@mcm/platform';
import type { RulesInForce } from '../rule-store/rules-in-force.js';
import { inTurns } from './in-turns.js';
import type { PendingAbsences } from './pending-absences.js';
import { RuleWindows, type WindowSource } from './rule-windows.js';

export interface SharedWindowsOptions {
  /** Null in a process that evaluates alone. */
  log: MatchLog | null;
  stored: WindowSource;
  absences: PendingAbsences;
  clock: Clock;
  logger: Logger;
  /** How late events may arrive, in milliseconds. */
  lateness: number;
  /** Told each time that windows are rebuilt from stored events. */
  onRebuilt: () => void;
}

/**
 * The windows of the rules in force. All processes that share a match log keep the same: each takes its own events in the
 * place that they have among those of the others (docs/adr/0016). A process alone takes them as they come.
 *
 * Calls follow each other, except that {@link use} may run beside the others.
 */
export class SharedWindows {
  /** Whether the windows are filled, so that the other calls make sense. */
  isStarted = false;
  /** Batches of other processes that were applied. */
  applied = 0;
  private windows: RuleWindows | undefined;
  /** The windows that are being filled to replace the present ones; they get what arrives meanwhile. */
  private next: RuleWindows | undefined;
  /** Whether something that others matched could not be had, as at first; stored events have to fill the windows then. */
  private incomplete = true;
  /** Arrival time that complete windows had reached last, which is long ago when evaluation is far behind. */
  private reached = Infinity;

  constructor(private readonly options: SharedWindowsOptions) {}

  /** Fills windows for these rules, and finds what fell due while nothing ran. */
  async start(rules: RulesInForce): Promise<void> {
    this.windows = this.windowsFor(rules);
    // What others append from here on is applied; what they appended before is stored.
    if (this.options.log !== null) await this.exchange(undefined, []);
    await this.refill();
    this.isStarted = true;
  }

  /** The rules that events are evaluated with. */
  get rules(): RulesInForce {
    return this.present.rules;
  }

  /** The latest arrival that the windows know of; milliseconds. */
  get now(): number {
    return this.present.detector.now;
  }

  /** Whether windows have to be rebuilt, which the next batch does. */
  get areIncomplete(): boolean {
    return this.isStarted && this.incomplete;
  }

  /** Undefined before the start. */
  stats(): DetectorStats | undefined {
    return this.windows?.detector.stats();
  }

  /** The arrival time that {@link advance} must pass before it can find something; Infinity when nothing waits. */
  due(): number {
    return this.windows?.detector.due() ?? Infinity;
  }

  /** See {@link Detector.takeSkipped}. */
  takeSkipped(): ReadonlyMap<string, number> {
    return this.present.detector.takeSkipped();
  }

  /** What the rules find with these events. Taking the same again, as after an error, does no harm. */
  async take(batch: readonly DetectorEvent[]): Promise<Detection[]> {
    const detections: Detection[] = [];
    await inTurns(batch, async (some, turn) => {
      const found = await this.detect(
        // Matched again, it has to be the same events: others may have been told of them.
        (detector) => detector.match(turn.taken === 0 ? some : some.slice(0, turn.taken), turn),
        (detector) => detector.processBatch(some, turn),
      );
      for (const detection of found) detections.push(detection);
    });
    const { next } = this;
    if (next !== undefined) await inTurns(batch, (some, turn) => next.detector.absorb(some, turn));
    return detections;
  }

  /** Advances event time; answers what is found missing by then, and again all that may not have been written. */
  async advance(to: number): Promise<Detection[]> {
    const { settledTo } = this.options.absences;
    return this.detect(
      (detector) => detector.passing(to),
      (detector) => detector.advance(to, settledTo),
      settledTo,
    );
  }

  /** Applies what other processes matched, so that this one is not far behind when it gets events. */
  async catchUp(): Promise<void> {
    if (this.options.log !== null) await this.place(undefined);
  }

  /**
   * Goes by other rules or overrides. Windows of correlations that did not change are kept, others are filled from stored
   * events while the other calls go on with the rules before. Rejects without a change when that cannot be done; to be
   * called by one at a time.
   *
   * @param exclusively runs work while no other call runs
   */
  async use(
    rules: RulesInForce,
    exclusively: (work: () => Promise<boolean>) => Promise<boolean>,
  ): Promise<void> {
    if (rules.signature === this.rules.signature) {
      this.present.rules = rules;
      return;
    }
    // Starts over where windows had to be rebuilt meanwhile: they were to be taken over.
    while (!(await this.replace(rules, exclusively)));
  }

  private async replace(
    rules: RulesInForce,
    exclusively: (work: () => Promise<boolean>) => Promise<boolean>,
  ): Promise<boolean> {
    const before = this.present;
    const next = this.windowsFor(rules, rules.meaning === before.rules.meaning ? before.detector : undefined);
    try {
      // What arrives from now on is absorbed as it is taken; what arrived before is read.
      this.next = next;
      const { events, episodes } = await next.fill();
      await next.fillLack();
      return await exclusively(async () => {
        if (this.windows !== before) return false;
        await next.fillLack();
        for (const episode of episodes) next.detector.seedEpisode(episode);
        next.detector.takeOver();
        this.windows = next;
        this.options.logger.info(
          { revision: rules.revision, events, episodes: episodes.length },
          'Rules replaced',
        );
        return true;
      });
    } finally {
      this.next = undefined;
    }
  }

  /**
   * What is found in the place that it has among what others matched; or, in a process that evaluates alone, immediately.
   *
   * @param since names again what was found missing since then
   */
  private async detect(
    match: (detector: Detector) => MatchedEvents,
    alone: (detector: Detector) => Detection[],
    since?: number,
  ): Promise<Detection[]> {
    if (this.options.log === null) return alone(this.present.detector);
    const matched = match(this.present.detector);
    if (await this.place(matched)) return this.present.detector.enter(matched, since);
    // The windows are those of another detector now.
    return this.present.detector.enter(match(this.present.detector), since);
  }

  /**
   * Puts what was matched here behind all that others have appended, and applies that. Where it cannot be had, the windows
   * start over with what stored events give: false then.
   *
   * @param own left out: only applies
   * @throws AppError `MATCH_LOG.UNAVAILABLE`; then nothing is lost, and placing the same again does no harm
   */
  private async place(own: MatchedEvents | undefined): Promise<boolean> {
    const { present, next } = this;
    if (!this.incomplete) this.reached = present.detector.now;
    await this.exchange(own, next === undefined ? [present] : [present, next]);
    if (!this.incomplete) {
      await present.fillLack();
      return true;
    }
    this.options.onRebuilt();
    this.options.logger.warn(
      'Windows are rebuilt from stored events, because matches of other replicas were lost',
    );
    this.windows = this.windowsFor(present.rules);
    await this.refill();
    return false;
  }

  private async exchange(own: MatchedEvents | undefined, all: readonly RuleWindows[]): Promise<void> {
    for (;;) {
      const { others, missed, done } = await this.options.log!.exchange(own && (() => own.encode()));
      if (missed) this.incomplete = true;
      for (const matches of others) for (const windows of all) this.apply(matches, windows);
      this.applied += others.length;
      if (done) return;
    }
  }

  private apply(matches: string, windows: RuleWindows): void {
    try {
      const missing = windows.apply(matches);
      if (windows === this.windows) this.options.absences.add(missing);
    } catch (error) {
      // The log does not give it again, but all that was matched is stored.
      this.incomplete = true;
      this.options.logger.error(
        { err: error },
        `Matches of another process are unreadable, windows are rebuilt from stored events: ${messageOf(error)}`,
      );
    }
  }

  /** Fills empty windows from what is stored, and writes what fell due meanwhile. */
  private async refill(): Promise<void> {
    const { absences } = this.options;
    const windows = this.present;
    const { detector } = windows;
    if (detector.horizon > 0) {
      // Before the first event of all, both may be infinite.
      const at = Math.min(...[absences.settledTo ?? Infinity, this.reached].filter(Number.isFinite));
      const { events, episodes } = await windows.fill(at, async () => {
        if (absences.settledTo === undefined) return;
        await absences.settle(detector.advance(detector.now, absences.settledTo), detector.now);
      });
      for (const episode of episodes) detector.seedEpisode(episode);
      absences.settledTo ??= detector.now;
      this.options.logger.info({ events, episodes: episodes.length }, 'Windows recovered');
    }
    this.incomplete = false;
  }

  private windowsFor(rules: RulesInForce, replaces?: Detector): RuleWindows {
    const { stored, clock, lateness } = this.options;
    const detector = createDetector(rules.evaluated, {
      lateness,
      meaning: rules.meaning,
      ...(replaces && { replaces }),
    });
    return new RuleWindows(rules, detector, stored, clock);
  }

  private get present(): RuleWindows {
    if (this.windows === undefined) throw new Error('The evaluation has not been started');
    return this.windows;
  }
}
