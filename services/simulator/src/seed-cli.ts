import { existsSync } from 'node:fs';
import { runSeed } from './seed.command.js';

if (existsSync('.env')) process.loadEnvFile('.env');

process.exitCode = await runSeed(process.argv.slice(2), {
  print: (line) => process.stdout.write(`${line}\n`),
  printError: (line) => process.stderr.write(`${line}\n`),
  env: process.env,
});
