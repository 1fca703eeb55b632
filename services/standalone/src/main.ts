#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DATA_FOLDER_MODE, EmbeddedPostgres, startTracing, takeDbUrl } from '@mcm/hosting';
import { AppError, messageOf } from '@mcm/kernel';
import { createLogger, isSecretSet, loadConfig, type Logger, stopOnSignals } from '@mcm/platform';
import { pushHistory, startLiveStream } from './demo.js';
import { StandaloneConfig } from './standalone.config.js';
import { StandaloneSystem } from './standalone-system.js';

const started = performance.now();
const print = (line: string) => process.stdout.write(`${line}\n`);
const seconds = () => ((performance.now() - started) / 1000).toFixed(1).padStart(5);
const progress = (line: string) => print(`${seconds()} s  ${line}`);

async function openLog(config: StandaloneConfig): Promise<{ logger: Logger; path: string }> {
  const folder = join(config.dataPath, 'logs');
  const path = join(folder, 'standalone.log');
  try {
    await mkdir(config.dataPath, { recursive: true, mode: DATA_FOLDER_MODE });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const logger = createLogger({ service: 'standalone', level: config.logLevel, destination: path });
    // Those of earlier versions could be read by all accounts of the machine.
    await chmod(folder, 0o700);
    await chmod(path, 0o600);
    return { logger, path };
  } catch (error) {
    throw new AppError(
      'conflict',
      'HOST.NOT_WRITABLE',
      `Cannot write to ${folder} (${messageOf(error)}). Run from a folder that you may write to, or set DATA_PATH.`,
      { cause: error },
    );
  }
}

async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { demo: { type: 'boolean' }, reset: { type: 'boolean' } } });
  if (existsSync('.env')) process.loadEnvFile('.env');
  takeDbUrl(process.env);
  const config = loadConfig(StandaloneConfig, process.env);
  if (values.reset === true) {
    if (isSecretSet(process.env, 'DATABASE_URL')) {
      throw new AppError(
        'invalid',
        'HOST.RESET_REFUSED',
        'With DATABASE_URL set, --reset would empty a database that is not ours.',
      );
    }
    await EmbeddedPostgres.reset(join(config.dataPath, 'postgres'));
    progress('All data deleted');
  }
  const { logger, path } = await openLog(config);
  const tracing = await startTracing('mcm-standalone', process.env, logger);

  let stop: () => Promise<void> = () => Promise.resolve();
  const starting = StandaloneSystem.start(config, process.env, logger, progress).then((system) => {
    stop = () => system.stop();
    return system;
  });
  // A signal during the start waits for it: half a start is harder to take back than a whole one.
  stopOnSignals(async () => {
    print('Stopping …');
    await starting.catch(() => undefined);
    await stop();
    await tracing.stop();
    print('Stopped. Your data are kept.');
  }, logger);

  const system = await starting;
  if (values.demo === true) {
    const pushed = await pushHistory(system.apiUrl);
    if (pushed > 0) progress(`${pushed} synthetic events of the last 30 days pushed`);
    const stopStream = startLiveStream(system.apiUrl, logger);
    stop = async () => {
      await stopStream();
      await system.stop();
    };
  }
  progress('Ready');
  print('');
  print(`  Dashboard   ${system.webUrl}`);
  print(`  API         ${system.apiUrl}/docs`);
  print(`  Log         ${path}`);
  print('');
  print('Ctrl-C stops everything.');
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof AppError ? error.message : ((error as Error).stack ?? String(error))}\n`,
  );
  process.exit(1);
});
