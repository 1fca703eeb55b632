import type { EventEnvelope } from '@mcm/contracts';
import type { Detection } from '@mcm/detection';
import { AppError, type Clock, Turns } from '@mcm/kernel';
import { MATCH_LOG, type MatchLog } from '@mcm/match-log';
import { EVENT_BUS, type EventBus } from '@mcm/messaging';
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
import { FindingStore } from '../finding-store/finding-store.js';
import { arrivalsOf } from '../replay/arrivals-of.js';
import { StoredEvents } from '../replay/stored-events.js';
import type { RulesInForce } from '../rule-store/rules-in-force.js';
import { RulesConfig } from '../rules.config.js';
import { CLOCKS_DIFFER_MS, detectorEvent } from './detector-event.js';
import { EvaluatorMetrics } from './evaluator-metrics.js';
import type { FindingEvent } from './finding-draft.js';
import { GatheredWork } from './gathered-work.js';
import { PendingAbsences } from './pending-absences.js';
import { RuleClock } from './rule-clock.js';
import { RuleSkips } from './rule-skips.js';
import { SharedWindows } from './shared-windows.js';
import { writeDetections } from './write-detections.js';

/** Turns events, and event time that advances, into findings; goes on while the rules are replaced. */
@Injectable()
export class Evaluator {
  private readonly windows: SharedWindows;
  private readonly absences = new PendingAbsences((detections) => this.writeMissing(detections));
  private readonly turns = new Turns();
  /**
   * Batches that wait for their turn take it together. One turn after the other, because what the detector says last of
   * an episode has to be written last.
   */
  private readonly batches = new GatheredWork<readonly EventEnvelope[]>((batches) =>
    this.turns.run(() => this.evaluateTraced(batches.flat())),
  );
  private readonly metrics: EvaluatorMetrics;

  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) logger: Logger,
    /** Null in a process that evaluates alone. */
    @Inject(MATCH_LOG) matchLog: MatchLog | null,
    config: RulesConfig,
    private readonly findings: FindingStore,
    private readonly stored: StoredEvents,
    private readonly ruleClock: RuleClock,
    private readonly skips: RuleSkips,
    health: HealthRegistry,
    metrics: MetricsRegistry,
  ) {
    this.isShared = matchLog !== null;
    const windows = new SharedWindows({
      log: matchLog,
      stored,
      absences: this.absences,
      clock,
      logger,
      lateness: config.latenessSeconds * 1000,
      onRebuilt: () => this.metrics.rebuilt.inc(),
    });
    this.windows = windows;
    this.metrics = new EvaluatorMetrics(
      metrics,
      () => windows.stats(),
      () => windows.applied,
    );
    health.register('evaluation', async () => this.assertClock());
    health.register('windows', async () => {
      if (windows.areIncomplete) return 'windows wait to be rebuilt';
      const { evictions = 0, lateSkipped = 0 } = windows.stats() ?? {};
      if (evictions > 0)
        return `${evictions} entries were dropped because a limit of the windows was reached`;
      return lateSkipped === 0
        ? undefined
        : `${lateSkipped} times late events came into a group too large to measure its windows again`;
    });
  }

  /** Whether other processes evaluate too. */
  readonly isShared: boolean;

  /** Whether the windows are filled, so that {@link use} and {@link advance} make sense. */
  get isStarted(): boolean {
    return this.windows.isStarted;
  }

  /** Of the rules that events are evaluated with now; 0 before the start. */
  get revision(): number {
    return this.isStarted ? this.windows.rules.revision : 0;
  }

  /** Begins with these rules and the windows that stored events give, and finds what fell due while nothing ran. */
  async start(rules: RulesInForce): Promise<void> {
    this.absences.settledTo = await this.ruleClock.evaluatedTo();
    await this.windows.start(rules);
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

  /** @returns the results, for traces */
  private async evaluateNow(events: readonly EventEnvelope[]): Promise<SpanFacts> {
    const now = this.clock.now();
    const offered = events.map((event) => detectorEvent(event, now));
    const end = this.metrics.seconds.startTimer();
    const detections = await this.windows.take(offered);
    end();
    await this.countSkipped();
    const created = await this.write(detections, new Map(events.map((event) => [event.uid, event])));
    await this.absences.flush();
    this.absences.passed(this.windows.now);
    this.metrics.evaluated.inc(events.length);
    return { 'mcm.detections': detections.length, 'mcm.findings.created': created };
  }

  /**
   * Advances event time, so that what did not happen is found without a further event.
   *
   * @param to arrival time before which every event has been evaluated
   * @returns how many findings that gave
   */
  async advance(to: number): Promise<number> {
    this.assertClock();
    return this.turns.run(async () => {
      const detections = await this.windows.advance(to);
      return this.absences.settle(detections, this.windows.now);
    });
  }

  /** Applies what other processes matched, so that this one is not far behind when it gets events. */
  async keepUp(): Promise<void> {
    if (!this.isStarted) return;
    await this.turns.run(async () => {
      await this.windows.catchUp();
      await this.absences.flush();
    });
  }

  /** Whether {@link advance} to this time would find something, or write something that could not be written. */
  isDue(to: number): boolean {
    return this.isStarted && (this.absences.isUnsettled || this.windows.due() < to);
  }

  /** Remembers how far this has come, for the next start. */
  async remember(): Promise<void> {
    const { settledTo } = this.absences;
    if (settledTo !== undefined && Number.isFinite(settledTo)) await this.ruleClock.advance(settledTo);
  }

  /** Goes by other rules or overrides from the next batch on; see {@link SharedWindows.use}. */
  async use(rules: RulesInForce): Promise<void> {
    await this.windows.use(rules, (work) => this.turns.run(work));
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

  private async countSkipped(): Promise<void> {
    const skipped = this.windows.takeSkipped();
    for (const [rule, events] of skipped) this.metrics.skipped.inc({ rule }, events);
    await this.skips.add(skipped);
  }

  private async writeMissing(detections: readonly Detection[]): Promise<number> {
    return this.write(detections, await arrivalsOf(this.stored, detections));
  }

  /** @returns how many findings are new */
  private async write(
    detections: readonly Detection[],
    events: ReadonlyMap<string, FindingEvent>,
  ): Promise<number> {
    const { overrides } = this.windows.rules;
    const { raised, created, dropped } = await writeDetections(this.findings, detections, events, overrides);
    if (raised.length > 0) await this.bus.publish('findings.raised', traced(raised));
    this.metrics.written.inc({ outcome: 'created' }, created);
    this.metrics.written.inc({ outcome: 'grown' }, raised.length - created);
    this.metrics.dropped.inc(dropped);
    return created;
  }
}
