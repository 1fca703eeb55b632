import { EventBusTransport } from '@mcm/messaging';
import {
  type HealthRegistry,
  type Logger,
  type MetricsRegistry,
  type NetworkConfig,
  nestLogger,
  PlatformModule,
} from '@mcm/platform';
import type { DynamicModule, INestMicroservice, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { Drivers } from '../drivers.js';
import { DriversModule } from '../drivers.module.js';

/** What a service is started with. */
export interface ServiceContext {
  env: NodeJS.ProcessEnv;
  /** Where to listen, and for which hosts. */
  network: NetworkConfig;
  logger: Logger;
  health: HealthRegistry;
  metrics: MetricsRegistry;
  drivers: Drivers;
}

/** A service that has been started. */
export interface RunningService {
  /** Takes nothing new, waits for what runs, and ends. The drivers are still open. */
  close(): Promise<void>;
}

/** One service as a process of its own. */
export interface ServiceDefinition {
  name: string;
  /** Port with health and metrics unless MANAGEMENT_PORT says otherwise. */
  managementPort: number;
  /** Whether its replicas share an order of matches (docs/adr/0016). */
  sharesMatches?: boolean;
  start(context: ServiceContext): Promise<RunningService>;
}

/** What every service finds without asking, as Nest modules. */
export function hostModules({ logger, health, metrics, drivers }: ServiceContext): DynamicModule[] {
  return [
    PlatformModule.forRoot({ logger, metrics, health, clock: drivers.clock }),
    DriversModule.forRoot(drivers),
  ];
}

/** The root: everything below it is imported dynamically. */
class ServiceRootModule {}

/** Starts a Nest microservice over the bus: methods with `@HandlesBatches` are handlers of its durable consumers. */
export async function startOverBus(context: ServiceContext, service: Type): Promise<INestMicroservice> {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(
    { module: ServiceRootModule, imports: [...hostModules(context), service] },
    {
      strategy: new EventBusTransport(context.drivers.eventBus),
      logger: nestLogger(context.logger),
      abortOnError: false,
    },
  );
  try {
    await app.listen();
  } catch (error) {
    await app
      .close()
      .catch((fault: unknown) => context.logger.error({ err: fault }, 'Could not undo the start'));
    throw error;
  }
  return app;
}
