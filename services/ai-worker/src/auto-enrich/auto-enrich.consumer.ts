import type { FindingRaised } from '@mcm/contracts';
import { type Delivery, EVENT_BUS, type EventBus, type Subscription } from '@mcm/messaging';
import { inSpan, MetricsRegistry } from '@mcm/platform';
import { JOB_QUEUE, type JobQueue } from '@mcm/queue';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AutoEnrichPolicy } from './auto-enrich.policy.js';

/** The durable consumer that queues the enrichment of findings as they are raised. There only while the policy is on. */
@Injectable()
export class AutoEnrichConsumer implements OnApplicationBootstrap, OnApplicationShutdown {
  private subscription: Subscription | undefined;
  private readonly queued;

  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(JOB_QUEUE) private readonly queue: JobQueue,
    private readonly policy: AutoEnrichPolicy,
    metrics: MetricsRegistry,
  ) {
    this.queued = metrics.counter(
      'mcm_ai_auto_enrich_total',
      'Findings whose enrichment was queued by policy',
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    if (!this.policy.isOn) return;
    this.subscription = await this.bus.consume('auto-enrich', 'findings.raised', (batch) => {
      const causes = batch.map(({ payload }) => payload.trace);
      return inSpan(
        'auto-enrich',
        { kind: 'consumer', facts: { 'mcm.findings': batch.length }, causes },
        () => this.take(batch),
      );
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
  }

  private async take(batch: readonly Delivery<FindingRaised>[]): Promise<void> {
    const severe = batch.filter(({ payload }) => this.policy.concerns(payload.severity));
    const findings = await this.policy.wanted([...new Set(severe.map(({ payload }) => payload.id))]);
    await this.queue.enqueueMany(
      'enrich-finding-later',
      findings.map(({ id, severity }) => ({
        payload: { finding_id: id, cause: 'policy' },
        // The job of a lower severity may be busy with the finding as it was.
        id: `finding-${id}-${severity}`,
      })),
    );
    this.queued.inc(findings.length);
  }
}
