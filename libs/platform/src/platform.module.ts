import { type DynamicModule, Module } from '@nestjs/common';
import { type Clock, systemClock } from '@mcm/kernel';
import { globalModule } from './global-module.js';
import { HealthRegistry } from './health/health-registry.js';
import { LOGGER, type Logger } from './logging/logger.js';
import { MetricsRegistry } from './metrics/metrics-registry.js';

export const CLOCK = Symbol('Clock');

/** What every service finds without asking: logger, clock, metrics and health. Registered once, by the host. */
@Module({})
export class PlatformModule {
  static forRoot(options: {
    logger: Logger;
    clock?: Clock;
    metrics?: MetricsRegistry;
    health?: HealthRegistry;
  }): DynamicModule {
    return globalModule(PlatformModule, [
      { provide: LOGGER, useValue: options.logger },
      { provide: CLOCK, useValue: options.clock ?? systemClock },
      { provide: MetricsRegistry, useValue: options.metrics ?? new MetricsRegistry() },
      { provide: HealthRegistry, useValue: options.health ?? new HealthRegistry() },
    ]);
  }
}
