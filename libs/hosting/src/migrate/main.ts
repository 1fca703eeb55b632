#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { createLogger, loadConfig } from '@mcm/platform';
import { ApplicationLoginConfig } from '../database-roles/application-login.config.js';
import { bringUpToDate } from '../database-roles/bring-up-to-date.js';
import { takeDbUrl } from '../db-url.js';
import { waitForServer } from '../distributed/wait-for-server.js';
import { openDatabase } from '../open-database.js';
import { exitWith } from '../service-process/run-service.js';
import { MigrateConfig } from './migrate.config.js';

// Brings the schema of the database that DATABASE_URL names up to date, as its owner, creates the role with which services log
// in, and ends: the one thing of PROFILE=distributed that no service does by itself. Safe to run at any time and by several processes at the same time.
try {
  if (existsSync('.env')) process.loadEnvFile('.env');
  takeDbUrl(process.env);
  const { databaseAddress, startupWaitSeconds, logLevel } = loadConfig(MigrateConfig, process.env);
  const { login } = loadConfig(ApplicationLoginConfig, process.env);
  const logger = createLogger({ service: 'migrate', level: logLevel });
  const dataSource = await waitForServer(
    () => openDatabase({ url: databaseAddress, applicationName: 'mcm-migrate', poolSize: 2 }),
    { timeoutMs: startupWaitSeconds * 1000, onWait: (reason) => logger.warn(`Waiting: ${reason}`) },
  );
  try {
    const migrations = await bringUpToDate(dataSource, login);
    logger.info(
      { migrations, ...(login && { role: login.role }) },
      migrations.length > 0 ? 'The schema was brought up to date' : 'The schema is current',
    );
  } finally {
    await dataSource.destroy();
  }
} catch (error) {
  exitWith(error);
}
