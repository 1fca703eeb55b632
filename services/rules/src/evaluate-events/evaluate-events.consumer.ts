import type { EventEnvelope } from '@mcm/contracts';
import { createDetector, type Detection, type Detector } from '@mcm/detection';
import type { Clock } from '@mcm/kernel';
import { type Delivery, EVENT_BUS, type EventBus, type Subscription } from '@mcm/messaging';
import { FindingStore, StoredEvents } from '@mcm/persistence';
import { CLOCK, HealthRegistry, LOGGER, type Logger, MetricsRegistry } from '@mcm/platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { RuleStore } from '../rule-store/rule-store.js';
import { RulesConfig } from '../rules.config.js';
import { detectorEvent } from './detector-event.js';
import { GroupedWrites } from './grouped-writes.js';
import { recoverWindows } from './window-recovery.js';
import { writeDetections } from './write-detections.js';

/** A batch that went through the detector, and what it led to. */
interface Evaluated {
  detections: readonly Detection[];
  events: readonly EventEnvelope[];
}

/** The durable consumer that turns recorded events into findings. */
@Injectable()
export class EvaluateEventsConsumer implements OnApplicationBootstrap, OnApplicationShutdown {
  private subscription: Subscription | undefined;
  /** In the order of the detector: what it says last of an episode has to be written last. */
  private readonly writing = new GroupedWrites<Evaluated>((batches) => this.write(batches));
  private readonly evaluated;
  private readonly written;
  private readonly seconds;

  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly config: RulesConfig,
    private readonly ruleStore: RuleStore,
    private readonly findings: FindingStore,
    private readonly stored: StoredEvents,
    private readonly health: HealthRegistry,
    private readonly metrics: MetricsRegistry,
  ) {
    this.evaluated = metrics.counter('mcm_events_evaluated_total', 'Events that went through the rules');
    this.written = metrics.counter('mcm_findings_written_total', 'Findings by what became of them', [
      'outcome',
    ]);
    this.seconds = metrics.histogram('mcm_detection_seconds', 'Time that the detector took for a batch');
  }

  async onApplicationBootstrap(): Promise<void> {
    const detector = await this.recoveredDetector();
    this.observe(detector);
    this.subscription = await this.bus.consume('evaluate-events', 'events.recorded', (batch) =>
      this.evaluate(detector, batch),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
  }

  private async recoveredDetector(): Promise<Detector> {
    const rules = await this.ruleStore.rules();
    const lateness = this.config.latenessSeconds * 1000;
    const detector = createDetector(rules, { lateness });
    const longest = Math.max(0, ...rules.rules.map((rule) => rule.timespan));
    if (longest > 0) {
      const recovered = await recoverWindows(detector, this.stored, this.clock.now() - longest - lateness);
      this.logger.info(recovered, 'Windows recovered');
    }
    return detector;
  }

  private async evaluate(detector: Detector, batch: readonly Delivery<EventEnvelope>[]): Promise<void> {
    const events = batch.map((delivery) => delivery.payload);
    const end = this.seconds.startTimer();
    const detections = detector.processBatch(events.map(detectorEvent));
    end();
    if (detections.length > 0) await this.writing.add({ detections, events });
    this.evaluated.inc(events.length);
  }

  private async write(batches: readonly Evaluated[]): Promise<void> {
    const { raised, created } = await writeDetections(
      this.findings,
      batches.flatMap(({ detections }) => detections),
      batches.flatMap(({ events }) => events),
    );
    if (raised.length > 0) await this.bus.publish('findings.raised', raised);
    this.written.inc({ outcome: 'created' }, created);
    this.written.inc({ outcome: 'grown' }, raised.length - created);
  }

  /** Shows how full the windows are, and says so in the health report when a limit made them forget something. */
  private observe(detector: Detector): void {
    this.metrics.gauge('mcm_window_groups', 'Groups with a window', [], (gauge) =>
      gauge.set(detector.stats().groups),
    );
    this.metrics.gauge('mcm_window_entries', 'Events in windows', [], (gauge) =>
      gauge.set(detector.stats().entries),
    );
    this.health.register('windows', async () => {
      const { evictions } = detector.stats();
      return evictions === 0
        ? undefined
        : `${evictions} entries were dropped because a limit of the windows was reached`;
    });
  }
}
