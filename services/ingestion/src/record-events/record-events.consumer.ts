import { countEvents, type EventEnvelope } from '@mcm/contracts';
import { EVENT_BUS, type Delivery, type EventBus, HandlesBatches } from '@mcm/messaging';
import { inSpan, MetricsRegistry } from '@mcm/platform';
import { Controller, Inject } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { MaintainEventDaysWorker } from '../event-days/maintain-event-days.worker.js';
import { EventStore } from './event-store.js';

/** The durable consumer that turns accepted events into rows and then says so. */
@Controller()
export class RecordEventsConsumer {
  private readonly stored;
  private readonly duplicates;
  private readonly conflicts;

  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    private readonly events: EventStore,
    private readonly days: MaintainEventDaysWorker,
    metrics: MetricsRegistry,
  ) {
    this.stored = metrics.counter('mcm_events_stored_total', 'Events that became rows');
    this.duplicates = metrics.counter('mcm_events_duplicate_total', 'Accepted events that were rows already');
    this.conflicts = metrics.counter(
      'mcm_events_conflict_total',
      'Events that became rows although their source and id were those of an event with other content',
    );
  }

  @HandlesBatches('record-events')
  async record(@Payload() batch: readonly Delivery<EventEnvelope>[]): Promise<void> {
    const events = batch.map((delivery) => delivery.payload);
    const causes = events.map(({ trace }) => trace);
    const facts = { 'mcm.events': events.length, 'mcm.attempt': batch[0]?.attempt ?? 1 };
    await inSpan('record-events', { kind: 'consumer', facts, causes }, async (span) => {
      const { stored, repeated, duplicates, conflicts } = await this.events.recordBatch(events);
      span.add({ 'mcm.events.stored': stored.length, 'mcm.events.duplicate': duplicates });
      this.stored.inc(stored.length);
      this.days.notice(new Set(stored.map(({ timestamp }) => timestamp.slice(0, 10))));
      this.duplicates.inc(duplicates);
      this.conflicts.inc(conflicts);
      // What an earlier try of this batch recorded is published again: that try may have died before it came to publish.
      const recorded = [...stored, ...repeated];
      if (recorded.length > 0) await this.bus.publish('events.recorded', recorded);
      if (stored.length > 0) await this.bus.publish('events.counted', [countEvents(stored)]);
    });
  }
}
