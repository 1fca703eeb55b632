import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { AppError } from '@mcm/kernel';
import pg from 'pg';
import { makeServerFolder, type DataPlacement } from './data-placement.js';
import type { ServerBinaries } from './server-binaries.js';
import { serverEnvironment } from './server-settings.js';
import { codeOf } from './system-errors.js';

/** Superuser and database of the embedded server. */
export const ROLE = 'mcm';
const DATABASE = 'mcm';
/** Data directories of another major version cannot be read. */
const MAJOR_VERSION = '18';

/**
 * Makes the cluster on first use and returns the password of its superuser. UTF-8, sorted by code point on every
 * machine, checksums on.
 */
export async function ensureCluster(
  placement: DataPlacement,
  binaries: ServerBinaries,
  { durable }: { durable: boolean },
  onCreate: () => void,
): Promise<string> {
  const { clusterDir, passwordFile } = placement;
  const version = await readIfThere(join(clusterDir, 'PG_VERSION'));
  if (version === null) {
    onCreate();
    return createCluster(placement, binaries, durable);
  }
  if (version !== MAJOR_VERSION) {
    throw new AppError(
      'unavailable',
      'HOST.DATA_VERSION',
      `The data in ${clusterDir} belong to PostgreSQL ${version}, this version brings ${MAJOR_VERSION}. ` +
        'Start with --reset to begin with empty data, or move them with pg_dump first.',
    );
  }
  const password = await readIfThere(passwordFile);
  if (!password) {
    throw new AppError(
      'unavailable',
      'HOST.PASSWORD_MISSING',
      `The file ${passwordFile}, which holds the database's password, is gone. Restore it, or start with --reset.`,
    );
  }
  return password;
}

/** Where the database answers. The password is made of characters that need no escape in a URL. */
export function databaseUrl(port: number, password: string, database = DATABASE): string {
  return `postgres://${ROLE}:${password}@127.0.0.1:${port}/${database}`;
}

/** Creates the product's database unless it is there. */
export async function ensureDatabase(port: number, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl(port, password, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** Everything happens in a folder beside, so that an interrupted first start leaves no half-made cluster. */
async function createCluster(
  placement: DataPlacement,
  binaries: ServerBinaries,
  durable: boolean,
): Promise<string> {
  const { account, clusterDir, passwordFile } = placement;
  const draft = `${clusterDir}.new`;
  const password = randomBytes(24).toString('hex');
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (account) await chown(passwordFile, account.uid, account.gid);
  await makeServerFolder(draft, account);
  const initdb = spawn(
    binaries.initdb,
    [
      `--pgdata=${draft}`,
      `--username=${ROLE}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      ...(durable ? [] : ['--no-sync']),
    ],
    {
      cwd: '/',
      // Not torn by a Ctrl-C at the terminal, which this process answers in its own order.
      detached: true,
      env: serverEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      ...(account && { uid: account.uid, gid: account.gid }),
    },
  );
  const output = Promise.all([text(initdb.stdout), text(initdb.stderr)]);
  const [code] = (await once(initdb, 'close')) as [number | null];
  if (code !== 0) {
    const words = (await output).join('\n').trim();
    const reason = /No space left on device/i.test(words) ? ' The disk is full.' : '';
    throw new AppError(
      'unavailable',
      'HOST.DATABASE_FAILED',
      `The database could not be created in ${clusterDir}.${reason} initdb said:\n${words.split('\n').slice(-12).join('\n')}`,
    );
  }
  await rename(draft, clusterDir);
  return password;
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}
