import { join } from 'node:path';
import { AiWorkerModule } from '@mcm/ai-worker';
import { configureGateway, createGatewayAdapter, GatewayConfig, GatewayModule } from '@mcm/gateway';
import { connectDrivers, type Drivers, DriversModule } from '@mcm/hosting';
import { IngestionModule } from '@mcm/ingestion';
import { EventBusTransport } from '@mcm/messaging';
import {
  HealthRegistry,
  type Logger,
  loadConfig,
  MetricsRegistry,
  nestLogger,
  PlatformModule,
} from '@mcm/platform';
import { requireOneHandlerEach } from '@mcm/queue';
import { RulesModule } from '@mcm/rules';
import { Global, Module } from '@nestjs/common';
import { ModulesContainer, NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { requirePort } from './ports.js';
import type { StandaloneConfig } from './standalone.config.js';
import { WebServer } from './web-server.js';

/** The root: everything below it is imported dynamically. */
class StandaloneModule {}

/** In one process the gateway's way into ingestion is a call: the exports of ingestion are global. */
@Global()
@Module({ imports: [IngestionModule], exports: [IngestionModule] })
class IntakeInProcessModule {}

/** Tells people what is going on. */
export type Progress = (line: string) => void;

/** All services in this process, on embedded parts. */
export class StandaloneSystem {
  private constructor(
    readonly apiUrl: string,
    readonly webUrl: string,
    private readonly app: NestFastifyApplication,
    private readonly web: WebServer,
    private readonly drivers: Drivers,
    private readonly health: HealthRegistry,
  ) {}

  /**
   * Starts PostgreSQL, migrates it, starts the services and opens the ports. What was begun is taken back when a step
   * fails.
   *
   * @throws AppError with a sentence for people
   */
  static async start(
    config: StandaloneConfig,
    env: NodeJS.ProcessEnv,
    logger: Logger,
    progress: Progress,
  ): Promise<StandaloneSystem> {
    const gatewayConfig = loadConfig(GatewayConfig, {
      AUDIT_KEY_FILE: join(config.dataPath, 'audit', 'checkpoint-key.pem'),
      AUDIT_CHECKPOINT_DIR: join(config.dataPath, 'audit', 'checkpoints'),
      ...env,
    });
    await requirePort(config.host, config.apiPort, 'API_PORT');
    await requirePort(config.host, config.webPort, 'WEB_PORT');

    const undo: (() => Promise<unknown>)[] = [];
    try {
      const metrics = new MetricsRegistry();
      metrics.collectProcessMetrics();
      const health = new HealthRegistry();
      let takeJobs!: () => void;
      const jobsFrom = new Promise<void>((resolve) => (takeJobs = resolve));
      const drivers = await connectDrivers({
        env,
        dataDir: join(config.dataPath, 'postgres'),
        logger,
        metrics,
        health,
        progress,
        jobsFrom,
        onFatal: (error) => {
          // Nothing works without its database; the supervisor of the process decides what to do.
          process.stderr.write(`${error.message}\n`);
          process.exit(1);
        },
      });
      undo.unshift(() => drivers.close());

      progress('Starting the services');
      const app = await NestFactory.create<NestFastifyApplication>(
        {
          module: StandaloneModule,
          imports: [
            PlatformModule.forRoot({ logger, metrics, health, clock: drivers.clock }),
            DriversModule.forRoot(drivers),
            GatewayModule.forRoot(gatewayConfig),
            IntakeInProcessModule,
            RulesModule,
            AiWorkerModule,
          ],
        },
        createGatewayAdapter(gatewayConfig, logger),
        { logger: nestLogger(logger), bodyParser: false, abortOnError: false },
      );
      undo.unshift(() => app.close());
      requireOneHandlerEach(app.get(ModulesContainer), { complete: true });
      await configureGateway(app, gatewayConfig);
      app.connectMicroservice<MicroserviceOptions>({ strategy: new EventBusTransport(drivers.eventBus) });
      await app.init();
      await app.startAllMicroservices();
      await app.listen({ host: config.host, port: config.apiPort });

      const web = await WebServer.listen(
        {
          host: config.host,
          port: config.webPort,
          hosts: config.hosts(),
          headers: config.transportSecurity(),
        },
        (request, response) => app.getHttpAdapter().getInstance().routing(request, response),
      );
      takeJobs();
      const shown = ['127.0.0.1', '0.0.0.0', '::', '::1'].includes(config.host) ? 'localhost' : config.host;
      return new StandaloneSystem(
        `http://${shown}:${config.apiPort}`,
        `http://${shown}:${config.webPort}`,
        app,
        web,
        drivers,
        health,
      );
    } catch (error) {
      for (const step of undo)
        await step().catch((fault: unknown) => logger.error({ err: fault }, 'Could not undo'));
      throw error;
    }
  }

  /** Takes no more requests, lets running work finish, then stops what the services stand on. */
  async stop(): Promise<void> {
    this.health.markStopping();
    await this.web.close();
    await this.app.close();
    await this.drivers.close();
  }
}
