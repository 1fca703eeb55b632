import { DEAD_LETTER_STORE } from '@mcm/contracts';
import { EVENT_BUS } from '@mcm/messaging';
import { DataSource } from '@mcm/persistence';
import { JOB_QUEUE } from '@mcm/queue';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Drivers } from './connect-drivers.js';

/** Gives every service of the process its ports. Imported once, by the host, which also closes the drivers. */
@Module({})
export class DriversModule {
  static forRoot({ dataSource, eventBus, jobQueue, deadLetters }: Drivers): DynamicModule {
    return {
      module: DriversModule,
      global: true,
      providers: [
        { provide: DataSource, useValue: dataSource },
        { provide: EVENT_BUS, useValue: eventBus },
        { provide: JOB_QUEUE, useValue: jobQueue },
        { provide: DEAD_LETTER_STORE, useValue: deadLetters },
      ],
      exports: [DataSource, EVENT_BUS, JOB_QUEUE, DEAD_LETTER_STORE],
    };
  }
}
