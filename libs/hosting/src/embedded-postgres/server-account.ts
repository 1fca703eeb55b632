import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { AppError } from '@mcm/kernel';
import { codeOf } from './system-errors.js';

/** The account that runs PostgreSQL when this process is root; PostgreSQL refuses to run as root. */
export interface ServerAccount {
  name: string;
  uid: number;
  gid: number;
}

/**
 * Null for an ordinary user, who runs PostgreSQL as himself. For root: the account that owns the existing cluster, else
 * `postgres`, else `nobody`.
 */
export async function serverAccount(clusterDir: string): Promise<ServerAccount | null> {
  if (process.getuid?.() !== 0) return null;
  const accounts = await readAccounts();
  const owner = await stat(clusterDir).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (owner && owner.uid !== 0) {
    const known = accounts.find(({ uid }) => uid === owner.uid);
    return known ?? { name: `user ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  }
  for (const name of ['postgres', 'nobody']) {
    const account = accounts.find((candidate) => candidate.name === name);
    if (account && account.uid !== 0) return account;
  }
  throw new AppError(
    'unavailable',
    'HOST.NO_ACCOUNT',
    'PostgreSQL refuses to run as root, and this machine has neither an account `postgres` nor `nobody`. ' +
      'Run as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

async function readAccounts(): Promise<ServerAccount[]> {
  const passwd = await readFile('/etc/passwd', 'utf8');
  return passwd
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name, , uid, gid]) => ({ name: name!, uid: Number(uid), gid: Number(gid) }));
}

/** True when that account can run the program: every folder on the way lets it pass, and the libraries are there. */
export async function canRun(program: string, account: ServerAccount): Promise<boolean> {
  return succeeds(program, ['--version'], account);
}

/** True when that account can enter the folder and write there. */
export async function canWrite(folder: string, account: ServerAccount): Promise<boolean> {
  return succeeds('/bin/sh', ['-c', 'cd -- "$1" && test -w .', 'sh', folder], account);
}

async function succeeds(program: string, args: string[], { uid, gid }: ServerAccount): Promise<boolean> {
  const child = spawn(program, args, { uid, gid, cwd: '/', env: {}, stdio: 'ignore' });
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    return code === 0;
  } catch (error) {
    // The program cannot even be started: the account may not enter one of its folders.
    if (codeOf(error) === 'EACCES' || codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
