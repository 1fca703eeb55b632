import { EVENT_INTAKE } from '@mcm/contracts';
import { type DynamicModule, Module } from '@nestjs/common';
import { HttpEventIntake } from './http-event-intake.js';
import { IntakeClientConfig } from './intake-client.config.js';

/** Gives the gateway its way into ingestion where that is another process. */
@Module({})
export class RemoteIntakeModule {
  static forRoot(config: IntakeClientConfig): DynamicModule {
    return {
      module: RemoteIntakeModule,
      global: true,
      providers: [
        { provide: IntakeClientConfig, useValue: config },
        HttpEventIntake,
        { provide: EVENT_INTAKE, useExisting: HttpEventIntake },
      ],
      exports: [EVENT_INTAKE],
    };
  }
}
