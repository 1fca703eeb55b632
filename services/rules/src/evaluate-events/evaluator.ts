import type { EventEnvelope } from '@mcm/contracts';
import { createDetector, type Detection, type Detector } from '@mcm/detection';
import type { Clock } from '@mcm/kernel';
import { EVENT_BUS, type EventBus } from '@mcm/messaging';
import { FindingStore, RuleClock, StoredEvents } from '@mcm/persistence';
import {
  CLOCK,
  HealthRegistry,
  inSpan,
  LOGGER,
  type Logger,
  MetricsRegistry,
  type SpanFacts,
  traced,
} from '@mcm/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { RulesInForce } from '../rule-store/rules-in-force.js';
import { RulesConfig } from '../rules.config.js';
import { detectorEvent } from './detector-event.js';
import type { FindingEvent } from './finding-draft.js';
import { GatheredWork } from './gathered-work.js';
import { Turns } from './turns.js';
import { absorbStored, seedEpisodes } from './window-recovery.js';
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
  private unsaid = false;
  private readonly evaluated;
  private readonly written;
  private readonly dropped;
  private readonly seconds;

  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly config: RulesConfig,
    private readonly findings: FindingStore,
    private readonly stored: StoredEvents,
    private readonly ruleClock: RuleClock,
    health: HealthRegistry,
    metrics: MetricsRegistry,
  ) {
    this.evaluated = metrics.counter('mcm_events_evaluated_total', 'Events that went through the rules');
    this.written = metrics.counter('mcm_findings_written_total', 'Findings by what became of them', [
      'outcome',
    ]);
    this.dropped = metrics.counter(
      'mcm_detections_dropped_total',
      'What rules found that somebody had disabled',
    );
    this.seconds = metrics.histogram('mcm_detection_seconds', 'Time that the detector took for a batch');
    metrics.gauge('mcm_window_groups', 'Groups with a window', [], (gauge) =>
      gauge.set(this.present?.detector.stats().groups ?? 0),
    );
    metrics.gauge('mcm_window_entries', 'Events in windows', [], (gauge) =>
      gauge.set(this.present?.detector.stats().entries ?? 0),
    );
    health.register('windows', async () => {
      const evictions = this.present?.detector.stats().evictions ?? 0;
      return evictions === 0
        ? undefined
        : `${evictions} entries were dropped because a limit of the windows was reached`;
    });
  }

  /** Begins with these rules and the windows that stored events give, and finds what fell due while nothing ran. */
  async start(rules: RulesInForce): Promise<void> {
    const detector = createDetector(rules.evaluated, { lateness: this.lateness });
    this.present = { rules, detector };
    this.settledTo = await this.ruleClock.evaluatedTo();
    if (detector.horizon > 0) await this.recover(detector);
    this.isStarted = true;
  }

  private async recover(detector: Detector): Promise<void> {
    const now = this.clock.now();
    const since = Math.min(now, this.settledTo ?? now) - detector.horizon;
    const events = await absorbStored(detector, this.stored, since, async () => {
      if (this.settledTo !== undefined) await this.settle(detector.now);
    });
    const episodes = await seedEpisodes(detector, this.stored, now - detector.horizon);
    this.settledTo ??= detector.now;
    this.logger.info({ events, episodes }, 'Windows recovered');
  }

  /** Evaluates events and writes what is found. Rejects when it could not be written; then the events must come again. */
  evaluate(events: readonly EventEnvelope[]): Promise<void> {
    return this.batches.add(events);
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
    const { detector } = this.evaluation;
    const offered = events.map(detectorEvent);
    const end = this.seconds.startTimer();
    const detections = detector.processBatch(offered);
    end();
    this.next?.absorb(offered);
    const created = await this.write(detections, new Map(events.map((event) => [event.uid, event])));
    this.evaluated.inc(events.length);
    if (!this.unsaid) this.settledTo = detector.now;
    return { 'mcm.detections': detections.length, 'mcm.findings.created': created };
  }

  /**
   * Lets time pass, so that what did not happen is found without a further event.
   *
   * @param to arrival time before which every event has been evaluated
   * @returns how many findings that gave
   */
  advance(to: number): Promise<number> {
    return this.turns.run(() => this.settle(to));
  }

  /** Whether {@link advance} to this time would find something, or say something that could not be said. */
  isDue(to: number): boolean {
    if (!this.isStarted) return false;
    return this.unsaid || (this.present?.detector.due() ?? Infinity) < to;
  }

  /** Remembers how far this has come, for the next start. */
  async remember(): Promise<void> {
    const { settledTo } = this;
    if (settledTo !== undefined && Number.isFinite(settledTo)) await this.ruleClock.advance(settledTo);
  }

  /**
   * Goes by other rules or switches from the next batch on. Windows of correlations that did not change are kept, others
   * are filled from stored events while evaluation goes on with the rules before. Rejects without a change when that
   * cannot be done; to be called by one at a time.
   */
  async use(rules: RulesInForce): Promise<void> {
    const { rules: before, detector } = this.evaluation;
    if (rules.signature === before.signature) {
      this.present = { rules, detector };
      return;
    }
    const next = createDetector(rules.evaluated, {
      lateness: this.lateness,
      ...(rules.hasPlaceholdersOf(before) ? { replaces: detector } : {}),
    });
    const since = this.clock.now() - next.horizon;
    try {
      // What arrives from now on is absorbed as it is evaluated; what arrived before is read.
      this.next = next;
      const events = next.horizon === 0 ? 0 : await absorbStored(next, this.stored, since);
      await this.turns.run(async () => {
        const episodes = next.horizon === 0 ? 0 : await seedEpisodes(next, this.stored, since);
        next.takeOver();
        this.present = { rules, detector: next };
        this.logger.info({ revision: rules.revision, events, episodes }, 'Rules replaced');
      });
    } finally {
      this.next = undefined;
    }
  }

  /** Of the rules that events are evaluated with now; 0 before the start. */
  get revision(): number {
    return this.present?.rules.revision ?? 0;
  }

  private get evaluation(): Evaluation {
    if (this.present === undefined) throw new Error('The evaluation has not been started');
    return this.present;
  }

  private get lateness(): number {
    return this.config.latenessSeconds * 1000;
  }

  private async settle(to: number): Promise<number> {
    const { detector } = this.evaluation;
    const detections = detector.advance(to, this.settledTo);
    if (detections.length === 0) {
      this.settledTo = detector.now;
      this.unsaid = false;
      return 0;
    }
    this.unsaid = true;
    const arrivals = await this.stored.arrivals(detections.flatMap(({ eventIds }) => eventIds));
    const created = await this.write(detections, arrivals);
    this.unsaid = false;
    this.settledTo = detector.now;
    return created;
  }

  /** @returns how many findings are new */
  private async write(
    detections: readonly Detection[],
    events: ReadonlyMap<string, FindingEvent>,
  ): Promise<number> {
    const { rules } = this.evaluation;
    const { raised, created, dropped } = await writeDetections(
      this.findings,
      detections,
      events,
      rules.switches,
    );
    if (raised.length > 0) await this.bus.publish('findings.raised', traced(raised));
    this.written.inc({ outcome: 'created' }, created);
    this.written.inc({ outcome: 'grown' }, raised.length - created);
    this.dropped.inc(dropped);
    return created;
  }
}
