#!/usr/bin/env node
import { EVENT_INTAKE, type EventIntake } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { DistributedConfig, OpenedParts, runService, startOverBus } from '@mcm/hosting';
import { NatsIngestSubject } from '@mcm/messaging/drivers/jetstream';
import { loadConfig } from '@mcm/platform';
import { AcceptMessages } from './accept-messages/accept-messages.js';
import { IngestionModule } from './ingestion.module.js';
import { IntakeServer } from './serve-intake/intake-server.js';
import { ServeIntakeConfig } from './serve-intake/serve-intake.config.js';

// Ingestion as a process of its own.
await runService({
  name: 'ingestion',
  managementPort: 9001,
  async start(context) {
    const serving = loadConfig(ServeIntakeConfig, context.env);
    const nats = loadConfig(DistributedConfig, context.env).nats('mcm-ingestion-events');
    const parts = new OpenedParts();
    try {
      const app = await startOverBus(context, IngestionModule);
      parts.add(() => app.close());
      const intake = app.get<EventIntake>(EVENT_INTAKE, { strict: false });
      const canStore = async () => {
        const { status, detail } = await context.health.of('event-bus');
        if (status === 'down') throw new AppError('unavailable', 'INTAKE.CANNOT_STORE', detail ?? status);
      };
      const server = await IntakeServer.listen(context.network, serving, intake, context.logger, canStore);
      parts.add(() => server.close());
      const subject = await NatsIngestSubject.open({ nats, log: context.logger });
      parts.add(() => subject.close());
      await subject.receive(app.get(AcceptMessages, { strict: false }));
      return parts;
    } catch (error) {
      await parts.close();
      throw error;
    }
  },
});
