import type { ReplayRulesPayload, ReplayRulesResult } from '@mcm/contracts';
import { createDetector } from '@mcm/detection';
import { EVENT_BUS, type EventBus } from '@mcm/messaging';
import { FindingStore, StoredEvents } from '@mcm/persistence';
import { type ActiveJob, JOB_QUEUE, type JobQueue, type JobWorker } from '@mcm/queue';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { detectorEvent } from '../evaluate-events/detector-event.js';
import { writeDetections } from '../evaluate-events/write-detections.js';
import { RuleStore } from '../rule-store/rule-store.js';

/** Evaluates stored events again, in event time, with windows of its own; findings that are there already stay as they are. */
@Injectable()
export class ReplayRulesWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private worker: JobWorker | undefined;

  constructor(
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    private readonly ruleStore: RuleStore,
    private readonly stored: StoredEvents,
    private readonly findings: FindingStore,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.worker = await this.queue.work('replay-rules', (job) => this.replay(job));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.worker?.close();
  }

  private async replay(job: ActiveJob<'replay-rules'>): Promise<ReplayRulesResult> {
    const range: ReplayRulesPayload = job.payload;
    const total = await this.stored.countEvents(range);
    const detector = createDetector(await this.ruleStore.rules());
    const result: ReplayRulesResult = { events: 0, findings: 0, new_findings: 0 };
    await job.progress({ done: 0, total });
    for await (const page of this.stored.byTime(range)) {
      job.signal.throwIfAborted();
      // Arrival follows event time here: what the windows need is in order, and they forget as they go.
      const events = page.map((event) => ({
        ...detectorEvent(event),
        receivedAt: Date.parse(event.timestamp),
      }));
      const written = await writeDetections(this.findings, detector.processBatch(events), page);
      if (written.raised.length > 0) await this.bus.publish('findings.raised', written.raised);
      result.events += page.length;
      result.findings += written.findings;
      result.new_findings += written.created;
      await job.progress({ done: result.events, total: Math.max(total, result.events) });
    }
    return result;
  }
}
