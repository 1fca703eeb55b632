import { existsSync } from 'node:fs';
import { AppError } from '@mcm/kernel';
import { createLogger, loadConfig, stopOnSignals } from '@mcm/platform';
import { takeDbUrl } from '../db-url.js';
import { startTracing } from '../tracing/start-tracing.js';
import type { ServiceDefinition } from './service-definition.js';
import { ServiceProcess } from './service-process.js';
import { ServiceProcessConfig } from './service-process.config.js';

/** The main function of a process with one service: reads the environment and `.env`, runs until it is told to stop. */
export async function runService(definition: ServiceDefinition): Promise<void> {
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    takeDbUrl(process.env);
    const { logLevel } = loadConfig(ServiceProcessConfig, process.env);
    const logger = createLogger({ service: definition.name, level: logLevel });
    const tracing = await startTracing(`mcm-${definition.name}`, process.env, logger);
    const service = new ServiceProcess(definition, process.env, logger);
    stopOnSignals(() => service.stop().finally(() => tracing.stop()), logger);
    await service.start((error) => {
      logger.fatal({ err: error }, 'The service has failed');
      process.exit(1);
    });
  } catch (error) {
    exitWith(error);
  }
}

/** Ends the process with a sentence for people, or with the stack of an unexpected error. */
export function exitWith(error: unknown): never {
  const known = error instanceof AppError;
  process.stderr.write(`${known ? error.message : ((error as Error).stack ?? String(error))}\n`);
  process.exit(1);
}
