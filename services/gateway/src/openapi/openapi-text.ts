import { EVENT_INTAKE, STORAGE_ROOM } from '@mcm/contracts';
import { EVENT_BUS } from '@mcm/messaging';
import { DataSource } from '@mcm/persistence';
import { CLOCK, HealthRegistry, LOGGER, MetricsRegistry } from '@mcm/platform';
import { JOB_QUEUE } from '@mcm/queue';
import { type DynamicModule, type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { GatewayConfig } from '../gateway.config.js';
import { GatewayModule } from '../gateway.module.js';
import { openApiDocument } from './openapi-document.js';

/** What a host registers for the gateway. */
const PORTS = [
  DataSource,
  EVENT_BUS,
  EVENT_INTAKE,
  JOB_QUEUE,
  CLOCK,
  LOGGER,
  HealthRegistry,
  MetricsRegistry,
  STORAGE_ROOM,
];

/** Names the ports without anything behind them: in preview mode the injector wants to know that they exist. */
@Module({})
class NamedPorts {
  static register(): DynamicModule {
    return {
      module: NamedPorts,
      global: true,
      providers: PORTS.map((provide) => ({ provide, useValue: null })),
      exports: PORTS,
    };
  }
}

@Module({ imports: [NamedPorts.register(), GatewayModule.forRoot(new GatewayConfig())] })
class DescribedGateway {}

/** The gateway with all its controllers; nothing is created or started for it. */
export function describedGateway(): Promise<INestApplication> {
  return NestFactory.create(DescribedGateway, new FastifyAdapter(), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
}

/** The OpenAPI document as text. */
export async function openApiText(): Promise<string> {
  return `${JSON.stringify(openApiDocument(await describedGateway()), null, 2)}\n`;
}
