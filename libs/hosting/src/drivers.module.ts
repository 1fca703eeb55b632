import { DEAD_LETTER_STORE, STORAGE_ROOM } from '@mcm/contracts';
import { MATCH_LOG } from '@mcm/match-log';
import { EVENT_BUS } from '@mcm/messaging';
import { DataSource, PIPELINE_DATA_SOURCE } from '@mcm/persistence';
import { globalModule } from '@mcm/platform';
import { JOB_QUEUE } from '@mcm/queue';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Drivers } from './drivers.js';

/** Gives every service of the process its ports. Imported once, by the host, which also closes the drivers. */
@Module({})
export class DriversModule {
  static forRoot({
    dataSource,
    pipelineDataSource,
    eventBus,
    jobQueue,
    deadLetters,
    storageRoom,
    matchLog,
  }: Drivers): DynamicModule {
    return globalModule(DriversModule, [
      { provide: DataSource, useValue: dataSource },
      { provide: PIPELINE_DATA_SOURCE, useValue: pipelineDataSource },
      { provide: EVENT_BUS, useValue: eventBus },
      { provide: JOB_QUEUE, useValue: jobQueue },
      { provide: DEAD_LETTER_STORE, useValue: deadLetters },
      { provide: STORAGE_ROOM, useValue: storageRoom },
      { provide: MATCH_LOG, useValue: matchLog },
    ]);
  }
}
