import { EVENT_INTAKE } from '@mcm/contracts';
import { DeadLetterReader, EventStore, SignedDeliveries } from '@mcm/persistence';
import { loadConfig } from '@mcm/platform';
import { Module } from '@nestjs/common';
import { AcceptEventsService } from './accept-events/accept-events.service.js';
import { Senders } from './accept-events/senders.js';
import { AcceptMessages } from './accept-messages/accept-messages.js';
import { IngestionConfig } from './ingestion.config.js';
import { RecordEventsConsumer } from './record-events/record-events.consumer.js';

/** The ingestion service: accepts, normalises and records events. */
@Module({
  controllers: [RecordEventsConsumer],
  providers: [
    { provide: IngestionConfig, useFactory: () => loadConfig(IngestionConfig, process.env) },
    AcceptEventsService,
    AcceptMessages,
    { provide: EVENT_INTAKE, useExisting: AcceptEventsService },
    DeadLetterReader,
    EventStore,
    Senders,
    SignedDeliveries,
  ],
  exports: [EVENT_INTAKE],
})
export class IngestionModule {}
