#!/usr/bin/env node
import { runService, hostModules } from '@mcm/hosting';
import { loadConfig, nestLogger } from '@mcm/platform';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { configureGateway } from './configure-gateway.js';
import { createGatewayAdapter } from './gateway.adapter.js';
import { GatewayConfig } from './gateway.config.js';
import { GatewayModule } from './gateway.module.js';
import { IntakeClientConfig } from './intake-client/intake-client.config.js';
import { RemoteIntakeModule } from './intake-client/remote-intake.module.js';

/** The root: everything below it is imported dynamically. */
class GatewayRootModule {}

// The gateway as a process of its own.
await runService({
  name: 'gateway',
  managementPort: 9000,
  async start(context) {
    const config = loadConfig(GatewayConfig, context.env);
    const intake = loadConfig(IntakeClientConfig, context.env);
    const app = await NestFactory.create<NestFastifyApplication>(
      {
        module: GatewayRootModule,
        imports: [...hostModules(context), GatewayModule.forRoot(config), RemoteIntakeModule.forRoot(intake)],
      },
      createGatewayAdapter(config, context.logger),
      { logger: nestLogger(context.logger), bodyParser: false, abortOnError: false },
    );
    try {
      await configureGateway(app, config);
      await app.listen({ host: context.network.host, port: config.apiPort });
    } catch (error) {
      await app.close();
      throw error;
    }
    return app;
  },
});
