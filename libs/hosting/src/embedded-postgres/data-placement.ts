import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import {
  access,
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@mcm/kernel';
import { canWrite, serverAccount, type ServerAccount, whyItCannotRun } from './server-account.js';
import {
  copyBinaries,
  installedBinaries,
  packageVersion,
  prepareBinaries,
  type ServerBinaries,
} from './server-binaries.js';
import { codeOf, isNotWritable } from './system-errors.js';

/** Where everything of one embedded server lies, and who runs it. */
export interface DataPlacement {
  /** Holds the lock, the password, the log and the cluster; the data folder itself unless that is out of reach. */
  home: string;
  /** PostgreSQL's own data directory. */
  clusterDir: string;
  passwordFile: string;
  logFile: string;
  /** Null when the server runs as this process's own user. */
  account: ServerAccount | null;
}

/** Takes the place of a data folder that the server's account may not enter. Root alone ever writes there. */
export const SHARED_FOLDER = '/var/lib/mini-compliance-monitor';
/**
 * Rights of folders with data: for their owner alone. Under root the account that runs the server has to pass through
 * them, which is all that others may do.
 */
export const DATA_FOLDER_MODE = process.getuid?.() === 0 ? 0o711 : 0o700;
/** In a data folder: the path of the folder that holds the data instead. */
const POINTER = 'location';
/** A copy of the server's programs, followed by the version of the package they come from. */
const COPY_PREFIX = 'postgresql-';

/**
 * Decides where the data of `dataDir` lies, creating folders as needed. Throws `HOST.NOT_WRITABLE` naming the folder
 * that refuses, and `HOST.OUT_OF_REACH` when data that exists is in a folder which the server's account may not enter.
 */
export async function placeData(
  dataDir: string,
  options: { sharedFolder: string; onMove: (home: string, account: ServerAccount) => void },
): Promise<DataPlacement> {
  await makeWritable(dataDir);
  const existing = await movedHome(dataDir);
  if (existing !== null) {
    await makeWritable(existing);
    return at(existing, await serverAccount(join(existing, 'cluster')));
  }
  const clusterDir = join(dataDir, 'cluster');
  const account = await serverAccount(clusterDir);
  if (account === null) return at(dataDir, null);
  if (await isFolder(clusterDir)) {
    if (await canWrite(clusterDir, account)) return at(dataDir, account);
    throw new AppError(
      'unavailable',
      'HOST.OUT_OF_REACH',
      `PostgreSQL runs as ${account.name} because it refuses root, but ${account.name} may not enter ${clusterDir}. ` +
        'Give that account access to the folders above it, or start with --reset to begin with empty data.',
    );
  }
  if (await reachable(dataDir, account)) return at(dataDir, account);
  const home = join(options.sharedFolder, folderNameOf(await realpath(dataDir)));
  await makeWritable(home);
  await chmod(options.sharedFolder, DATA_FOLDER_MODE);
  await chmod(home, DATA_FOLDER_MODE);
  await writeFile(join(dataDir, POINTER), `${home}\n`, { mode: 0o600 });
  options.onMove(home, account);
  return at(home, account);
}

/** Where the data of `dataDir` lie now; null when there is no such folder. Creates nothing but checks the right to write. */
export async function findData(dataDir: string): Promise<Pick<DataPlacement, 'home' | 'clusterDir'> | null> {
  if (!(await isFolder(dataDir))) return null;
  await makeWritable(dataDir);
  const home = (await movedHome(dataDir)) ?? dataDir;
  await makeWritable(home);
  return at(home, null);
}

/** The binaries in a place where the server's account can run them. Throws `HOST.POSTGRES_UNUSABLE` when none can be. */
export async function placeBinaries({ home, account }: DataPlacement): Promise<ServerBinaries> {
  const native = installedBinaries();
  const copyTo = join(home, `${COPY_PREFIX}${await packageVersion(native)}`);
  const binaries = await prepareBinaries(native, copyTo);
  if (account === null || (await whyItCannotRun(binaries.postgres, account)) === null) return binaries;
  const copy = await copyBinaries(native, copyTo);
  const complaint = await whyItCannotRun(copy.postgres, account);
  if (complaint === null) return copy;
  throw new AppError(
    'unavailable',
    'HOST.POSTGRES_UNUSABLE',
    `${copy.postgres} does not run as ${account.name} on this machine: ${complaint}. ` +
      'Set DATABASE_URL to a PostgreSQL of your own.',
  );
}

/** Deletes the data of `dataDir`, wherever it lies, and nothing else in that folder. */
export async function deleteData(dataDir: string): Promise<void> {
  const home = await movedHome(dataDir);
  if (home !== null) await rm(home, { recursive: true, force: true });
  const ours = ['cluster', 'cluster.new', 'password', 'server.log', 'server.log.1', POINTER];
  for (const name of await readdir(dataDir)) {
    if (!ours.includes(name) && !name.startsWith(COPY_PREFIX)) continue;
    await rm(join(dataDir, name), { recursive: true, force: true });
  }
}

/** An empty folder owned by the account that runs the server, closed to all other accounts as PostgreSQL demands. */
export async function makeServerFolder(path: string, account: ServerAccount | null): Promise<void> {
  await rm(path, { recursive: true, force: true });
  await mkdir(path, { mode: 0o700 });
  if (account) await chown(path, account.uid, account.gid);
}

function at(home: string, account: ServerAccount | null): DataPlacement {
  return {
    home,
    clusterDir: join(home, 'cluster'),
    passwordFile: join(home, 'password'),
    logFile: join(home, 'server.log'),
    account,
  };
}

async function movedHome(dataDir: string): Promise<string | null> {
  try {
    const home = (await readFile(join(dataDir, POINTER), 'utf8')).trim();
    return home !== '' && (await isFolder(home)) ? home : null;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Tries it for real, with a folder of the account's own: rights are more than the nine bits. */
async function reachable(dataDir: string, account: ServerAccount): Promise<boolean> {
  const probe = join(dataDir, 'probe');
  await makeServerFolder(probe, account);
  try {
    return await canWrite(probe, account);
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
}

async function makeWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: DATA_FOLDER_MODE });
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    if (!isNotWritable(cause)) throw cause;
    throw new AppError(
      'unavailable',
      'HOST.NOT_WRITABLE',
      `The data folder ${folder} cannot be written by this user. Change its owner or its rights, or choose another folder.`,
      { cause },
    );
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    (error: unknown) => {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    },
  );
}

function folderNameOf(dataDir: string): string {
  return createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
}
