import { loadArchive } from '@mcm/archive';
import { AuditTrail } from '@mcm/audit';
import { EVENT_INTAKE } from '@mcm/contracts';
import { DeadLetterReader, DeadLetters, SettingReader } from '@mcm/persistence';
import { loadConfig } from '@mcm/platform';
import { JobHandlers } from '@mcm/queue';
import { SourceList, SOURCES } from '@mcm/sources';
import { Module } from '@nestjs/common';
import { AcceptEventsService } from './accept-events/accept-events.service.js';
import { Senders } from './accept-events/senders.js';
import { SignedDeliveries } from './accept-events/signed-deliveries.js';
import { AcceptMessages } from './accept-messages/accept-messages.js';
import { ArchiveDaysWorker } from './archive-days/archive-days.worker.js';
import { ARCHIVE, EventArchive } from './archive-days/event-archive.js';
import { RestoreDayWorker } from './archive-days/restore-day.worker.js';
import { EventDays } from './event-days/event-days.js';
import { MaintainEventDaysWorker } from './event-days/maintain-event-days.worker.js';
import { IngestionConfig } from './ingestion.config.js';
import { DeadLetterQuota } from './keep-refused/dead-letter-quota.js';
import { RefusedItems } from './keep-refused/refused-items.js';
import { MaintainStorageWorker } from './maintain-storage/maintain-storage.worker.js';
import { MaintenanceStore } from './maintain-storage/maintenance-store.js';
import { RemoveDeadLettersWorker } from './maintain-storage/remove-dead-letters.worker.js';
import { RemoveEventDays } from './maintain-storage/remove-event-days.js';
import { EventStore } from './record-events/event-store.js';
import { RecordEventsConsumer } from './record-events/record-events.consumer.js';
import { SourceSecrets } from './source-secrets.js';

/** The ingestion service: accepts, normalises and records events. */
@Module({
  controllers: [RecordEventsConsumer],
  providers: [
    JobHandlers,
    { provide: IngestionConfig, useFactory: () => loadConfig(IngestionConfig, process.env) },
    { provide: SourceList, useValue: SOURCES },
    {
      provide: SourceSecrets,
      useFactory: (sources: SourceList) => SourceSecrets.load(sources, process.env),
      inject: [SourceList],
    },
    { provide: ARCHIVE, useFactory: () => loadArchive(process.env) },
    AcceptEventsService,
    AcceptMessages,
    AuditTrail,
    { provide: EVENT_INTAKE, useExisting: AcceptEventsService },
    ArchiveDaysWorker,
    DeadLetterQuota,
    DeadLetterReader,
    DeadLetters,
    EventArchive,
    EventDays,
    EventStore,
    MaintainEventDaysWorker,
    MaintainStorageWorker,
    MaintenanceStore,
    RefusedItems,
    RemoveDeadLettersWorker,
    RemoveEventDays,
    RestoreDayWorker,
    Senders,
    SettingReader,
    SignedDeliveries,
  ],
  exports: [EVENT_INTAKE],
})
export class IngestionModule {}
