#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { openDatabaseOf } from '@mcm/hosting';
import { runKeys } from './keys/keys.command.js';

if (existsSync('.env')) process.loadEnvFile('.env');

process.exitCode = await runKeys(process.argv.slice(2), {
  print: (line) => process.stdout.write(`${line}\n`),
  printError: (line) => process.stderr.write(`${line}\n`),
  openDatabase: () => openDatabaseOf(process.env, 'mcm-keys'),
});
