import type { EventEnvelope } from '@mcm/contracts';
import { createDetector, type Detection, type Detector, type MatchedEvents } from '@mcm/detection';
import { AppError, type Clock, Turns } from '@mcm/kernel';
import { MATCH_LOG, type MatchLog } from '@mcm/match-log';
import { EVENT_BUS, type EventBus } from '@mcm/messaging';
import { FindingStore, RuleClock, RuleSkips, StoredEvents } from '@mcm/persistence';
import {
  CLOCK,
  HealthRegistry,
  inSpan,
  LOGGER,
  type Logger,
  MetricsRegistry,
  skewInWords,
  type SpanFacts,
  traced,
} from '@mcm/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { RulesInForce } from '../rule-store/rules-in-force.js';
import { RulesConfig } from '../rules.config.js';
import { CLOCKS_DIFFER_MS, detectorEvent } from './detector-event.js';
import { EvaluatorMetrics } from './evaluator-metrics.js';
import type { FindingEvent } from './finding-draft.js';
import { GatheredWork } from './gathered-work.js';
import { inTurns } from './in-turns.js';
import { SharedOrder } from './shared-order.js';
import { absorbRange, absorbStored, episodesSince } from './window-recovery.js';
import { writeDetections } from './write-detections.js';

/** What a detector works with: it is replaced as a whole. */
interface Evaluation {
  readonly rules: RulesInForce;
  readonly detector: Detector;
}

/** Turns events, and time that passes, into findings; goes on while the rules are replaced. */
@Injectable()
export class Evaluator {
  private present: Evaluation | undefined;
  /** The detector that is being filled to take over; it sees what happens meanwhile. */
  private next: Detector | undefined;
  /** Undefined in a process that evaluates alone. */
  private readonly order: SharedOrder | undefined;
  private readonly turns = new Turns();
  /**
   * Batches that wait for their turn take it together. One turn after the other, because what the detector says last of
   * an episode has to be written last.
   */
  private readonly batches = new GatheredWork<readonly EventEnvelope[]>((batches) =>
    this.turns.run(() => this.evaluateTraced(batches.flat())),
  );
  /** Whether the windows are complete, so that {@link use} and {@link advance} make sense. */
  isStarted = false;
  /** Arrival time up to which everything that was found missing has become findings; undefined before the first event. */
  private settledTo: number | undefined;
  /** Whether something was found missing that could not be written yet. */
  private reportIncomplete = false;
  /** What was found missing when another process let time pass, and is not written yet. That process may have died. */
  private unwritten: Detection[] = [];
  /** Arrival time that whole windows had reached last, which is long ago when evaluation is far behind. */
  private reached = Infinity;
  private readonly metrics: EvaluatorMetrics;

  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    /** Null in a process that evaluates alone. */
    @Inject(MATCH_LOG) matchLog: MatchLog | null,
    private readonly config: RulesConfig,
    private readonly findings: FindingStore,
    private readonly stored: StoredEvents,
    private readonly ruleClock: RuleClock,
    private readonly skips: RuleSkips,
    health: HealthRegistry,
    metrics: MetricsRegistry,
  ) {
    if (matchLog !== null) this.order = new SharedOrder(matchLog, logger);
    this.metrics = new EvaluatorMetrics(
      metrics,
      () => this.present?.detector.stats(),
      () => this.order?.taken ?? 0,
    );
    health.register('evaluation', async () => this.assertClock());
    health.register('windows', async () => {
      if (this.isStarted && this.order?.isComplete === false) return 'windows wait to be rebuilt';
      const { evictions = 0, lateSkipped = 0 } = this.present?.detector.stats() ?? {};
      if (evictions > 0)
        return `${evictions} entries were dropped because a limit of the windows was reached`;
      return lateSkipped === 0
        ? undefined
        : `${lateSkipped} times late events came into a group too large to measure its windows again`;
    });
  }

  /** Whether other processes evaluate too. */
  get isShared(): boolean {
    return this.order !== undefined;
  }

  /** Begins with these rules and the windows that stored events give, and finds what fell due while nothing ran. */
  async start(rules: RulesInForce): Promise<void> {
    this.present = { rules, detector: this.detectorFor(rules) };
    this.settledTo = await this.ruleClock.evaluatedTo();
    // What others share from here on is taken in; what they shared before is stored.
    await this.order?.place(undefined, []);
    await this.recover(this.present.detector);
    this.order?.restored();
    this.isStarted = true;
  }

  /** Evaluates events and writes what is found. Rejects when it could not be written; then the events must come again. */
  async evaluate(events: readonly EventEnvelope[]): Promise<void> {
    this.assertClock();
    await this.batches.add(events);
  }

  private evaluateTraced(events: readonly EventEnvelope[]): Promise<void> {
    const causes = events.map(({ trace }) => trace);
    const facts = { 'mcm.events': events.length };
    return inSpan('evaluate-events', { kind: 'consumer', facts, causes }, async (span) =>
      span.add(await this.evaluateNow(events)),
    );
  }

  /** @returns what came of it, for traces */
  private async evaluateNow(events: readonly EventEnvelope[]): Promise<SpanFacts> {
    const now = this.clock.now();
    const offered = events.map((event) => detectorEvent(event, now));
    const end = this.metrics.seconds.startTimer();
    const detections: Detection[] = [];
    await inTurns(offered, async (some, turn) => {
      const found = await this.detect(
        // Matched again, it has to be the same events: others may have been told of them.
        (detector) => detector.match(turn.taken === 0 ? some : some.slice(0, turn.taken), turn),
        (detector) => detector.processBatch(some, turn),
      );
      for (const detection of found) detections.push(detection);
    });
    end();
    await this.countSkipped();
    const { next } = this;
    if (next !== undefined) await inTurns(offered, (some, turn) => next.absorb(some, turn));
    const created = await this.write(detections, new Map(events.map((event) => [event.uid, event])));
    await this.reportAbsences();
    this.metrics.evaluated.inc(events.length);
    if (!this.reportIncomplete) this.settledTo = this.evaluation.detector.now;
    return { 'mcm.detections': detections.length, 'mcm.findings.created': created };
  }

  /**
   * Lets time pass, so that what did not happen is found without a further event.
   *
   * @param to arrival time before which every event has been evaluated
   * @returns how many findings that gave
   */
  async advance(to: number): Promise<number> {
    this.assertClock();
    return this.turns.run(async () => {
      const detections = await this.detect(
        (detector) => detector.passing(to),
        (detector) => detector.advance(to, this.settledTo),
        this.settledTo,
      );
      return this.settle([...this.unwritten.splice(0), ...detections]);
    });
  }

  /** Takes in what other processes matched, so that this one is not far behind when it gets events. */
  async keepUp(): Promise<void> {
    if (this.order === undefined || !this.isStarted) return;
    await this.turns.run(async () => {
      await this.apply(undefined);
      await this.reportAbsences();
    });
  }

  /** Whether {@link advance} to this time would find something, or write something that could not be written. */
  isDue(to: number): boolean {
    if (!this.isStarted) return false;
    return this.reportIncomplete || (this.present?.detector.due() ?? Infinity) < to;
  }

  /** Remembers how far this has come, for the next start. */
  async remember(): Promise<void> {
    const { settledTo } = this;
    if (settledTo !== undefined && Number.isFinite(settledTo)) await this.ruleClock.advance(settledTo);
  }

  /**
   * Goes by other rules or overrides from the next batch on. Windows of correlations that did not change are kept, others
   * are filled from stored events while evaluation goes on with the rules before. Rejects without a change when that
   * cannot be done; to be called by one at a time.
   */
  async use(rules: RulesInForce): Promise<void> {
    const { rules: before, detector } = this.evaluation;
    if (rules.signature === before.signature) {
      this.present = { rules, detector };
      return;
    }
    // Starts over where windows had to be rebuilt meanwhile: they were to be taken over.
    while (!(await this.replace(rules)));
  }

  private async replace(rules: RulesInForce): Promise<boolean> {
    const { rules: before, detector } = this.evaluation;
    const next = this.detectorFor(rules, rules.meaning === before.meaning ? detector : undefined);
    const since = this.clock.now() - next.horizon;
    try {
      // What arrives from now on is absorbed as it is evaluated; what arrived before is read.
      this.next = next;
      const episodes = next.horizon === 0 ? [] : await episodesSince(this.stored, since);
      const events = next.horizon === 0 ? 0 : await absorbStored(next, this.stored, since, this.clock.now());
      await this.fillLack(next);
      return await this.turns.run(async () => {
        if (this.evaluation.detector !== detector) return false;
        await this.fillLack(next);
        for (const episode of episodes) next.seedEpisode(episode);
        next.takeOver();
        this.present = { rules, detector: next };
        this.logger.info({ revision: rules.revision, events, episodes: episodes.length }, 'Rules replaced');
        return true;
      });
    } finally {
      this.next = undefined;
      this.order?.forget(next);
    }
  }

  /** Of the rules that events are evaluated with now; 0 before the start. */
  get revision(): number {
    return this.present?.rules.revision ?? 0;
  }

  /** Throws `RULES.CLOCK_SKEW` (kind `unavailable`) when the clock of this machine is too far from the database's. */
  private assertClock(): void {
    const { skewMs = 0 } = this.clock;
    if (Math.abs(skewMs) <= CLOCKS_DIFFER_MS) return;
    throw new AppError(
      'unavailable',
      'RULES.CLOCK_SKEW',
      `The clock of this machine is ${skewInWords(skewMs)} PostgreSQL's: nothing is evaluated here until it is right.`,
    );
  }

  private get evaluation(): Evaluation {
    if (this.present === undefined) throw new Error('The evaluation has not been started');
    return this.present;
  }

  private detectorFor(rules: RulesInForce, replaces?: Detector): Detector {
    return createDetector(rules.evaluated, {
      lateness: this.config.latenessSeconds * 1000,
      meaning: rules.meaning,
      ...(replaces && { replaces }),
    });
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
    if (this.order === undefined) return alone(this.evaluation.detector);
    const matched = match(this.evaluation.detector);
    if (await this.apply(matched)) return this.evaluation.detector.enter(matched, since);
    // The windows are those of another detector now.
    return this.evaluation.detector.enter(match(this.evaluation.detector), since);
  }

  /**
   * Takes in what others matched before `own`. Where that cannot be had, the windows start over with what stored events
   * give: false then.
   */
  private async apply(own: MatchedEvents | undefined): Promise<boolean> {
    const order = this.order!;
    const { rules, detector } = this.evaluation;
    if (order.isComplete) this.reached = detector.now;
    this.unwritten.push(...(await order.place(own, this.next ? [detector, this.next] : [detector])));
    if (order.isComplete) {
      await this.fillLack(detector);
      return true;
    }
    order.forget(detector);
    this.metrics.rebuilt.inc();
    this.logger.warn('Windows are rebuilt from stored events, because matches of other replicas were lost');
    this.present = { rules, detector: this.detectorFor(rules) };
    await this.recover(this.present.detector);
    order.restored();
    return false;
  }

  /** Gives windows the events that others could not match for them, because they went by other rules. */
  private async fillLack(detector: Detector): Promise<void> {
    const lack = this.order?.lackOf(detector);
    if (lack === undefined) return;
    try {
      await absorbRange(detector, this.stored, lack, this.clock.now());
    } catch (error) {
      this.order?.lacking(detector, lack);
      throw error;
    }
  }

  /** Fills empty windows from what is stored. */
  private async recover(detector: Detector): Promise<void> {
    if (detector.horizon === 0) return;
    const now = this.clock.now();
    // Before the first event of all it is at -Infinity.
    const since =
      Math.min(now, ...[this.settledTo ?? now, this.reached].filter(Number.isFinite)) - detector.horizon;
    const episodes = await episodesSince(this.stored, now - detector.horizon);
    const events = await absorbStored(detector, this.stored, since, now, async () => {
      if (this.settledTo !== undefined) await this.settle(detector.advance(detector.now, this.settledTo));
    });
    for (const episode of episodes) detector.seedEpisode(episode);
    this.settledTo ??= detector.now;
    this.logger.info({ events, episodes: episodes.length }, 'Windows recovered');
  }

  /** Writes all that was found missing up to now. */
  private async settle(detections: readonly Detection[]): Promise<number> {
    const { detector } = this.evaluation;
    this.reportIncomplete = detections.length > 0;
    const created = await this.writeMissing(detections);
    this.reportIncomplete = false;
    this.settledTo = detector.now;
    return created;
  }

  private async countSkipped(): Promise<void> {
    const skipped = this.evaluation.detector.takeSkipped();
    for (const [rule, events] of skipped) this.metrics.skipped.inc({ rule }, events);
    await this.skips.add(skipped);
  }

  private async reportAbsences(): Promise<void> {
    await this.writeMissing(this.unwritten);
    this.unwritten = [];
  }

  private async writeMissing(detections: readonly Detection[]): Promise<number> {
    if (detections.length === 0) return 0;
    return this.write(detections, await this.stored.arrivals(detections.flatMap(({ eventIds }) => eventIds)));
  }

  /** @returns how many findings are new */
  private async write(
    detections: readonly Detection[],
    events: ReadonlyMap<string, FindingEvent>,
  ): Promise<number> {
    const { overrides } = this.evaluation.rules;
    const { raised, created, dropped } = await writeDetections(this.findings, detections, events, overrides);
    if (raised.length > 0) await this.bus.publish('findings.raised', traced(raised));
    this.metrics.written.inc({ outcome: 'created' }, created);
    this.metrics.written.inc({ outcome: 'grown' }, raised.length - created);
    this.metrics.dropped.inc(dropped);
    return created;
  }
}
