#!/usr/bin/env node
import { EVENT_INTAKE, type EventIntake } from '@mcm/contracts';
import { runService, startOverBus } from '@mcm/hosting';
import { loadConfig } from '@mcm/platform';
import { IngestionModule } from './ingestion.module.js';
import { IntakeServer } from './serve-intake/intake-server.js';
import { ServeIntakeConfig } from './serve-intake/serve-intake.config.js';

// Ingestion as a process of its own.
await runService({
  name: 'ingestion',
  managementPort: 9001,
  async start(context) {
    const { port } = loadConfig(ServeIntakeConfig, context.env);
    const app = await startOverBus(context, IngestionModule);
    try {
      const intake = app.get<EventIntake>(EVENT_INTAKE, { strict: false });
      const server = await IntakeServer.listen({ host: context.host, port }, intake, context.logger);
      return {
        async close() {
          await server.close();
          await app.close();
        },
      };
    } catch (error) {
      await app.close();
      throw error;
    }
  },
});
