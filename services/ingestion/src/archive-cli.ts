#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { runArchive } from './archive-days/archive.command.js';

if (existsSync('.env')) process.loadEnvFile('.env');

process.exitCode = await runArchive(process.argv.slice(2), {
  print: (line) => process.stdout.write(`${line}\n`),
  printError: (line) => process.stderr.write(`${line}\n`),
  env: process.env,
});
