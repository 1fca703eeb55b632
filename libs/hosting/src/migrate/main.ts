#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { migrate } from '@mcm/persistence';
import { createLogger, loadConfig } from '@mcm/platform';
import { takeDbUrl } from '../db-url.js';
import { openDatabase } from '../distributed/connect-distributed.js';
import { waitForServer } from '../distributed/wait-for-server.js';
import { exitWith } from '../service-process/run-service.js';
import { MigrateConfig } from './migrate.config.js';

// Brings the schema of the database that DATABASE_URL names up to date, once, and ends: the one thing of
// PROFILE=distributed that no service does by itself. Safe to run at any time and by several processes at the same time.
try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  takeDbUrl(process.env);
  const { databaseAddress, startupWaitSeconds, logLevel } = loadConfig(MigrateConfig, process.env);
  const logger = createLogger({ service: 'migrate', level: logLevel });
  const dataSource = await waitForServer(
    () => openDatabase(databaseAddress, 'mcm-migrate', { databasePoolSize: 2 }, () => undefined),
    { timeoutMs: startupWaitSeconds * 1000, onWait: (reason) => logger.warn(`Waiting: ${reason}`) },
  );
  try {
    const migrations = await migrate(dataSource);
    logger.info(
      { migrations },
      migrations.length > 0 ? 'The schema was brought up to date' : 'The schema is current',
    );
  } finally {
    await dataSource.destroy();
  }
} catch (error) {
  exitWith(error);
}
