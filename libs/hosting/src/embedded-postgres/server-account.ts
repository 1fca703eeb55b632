import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { AppError, messageOf } from '@mcm/kernel';
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

/**
 * Null when that account can run the program: every folder on the way lets it pass, and the libraries are there. Else
 * what the system said.
 */
export async function whyItCannotRun(program: string, account: ServerAccount): Promise<string | null> {
  return complaintOf(program, ['--version'], account);
}

/** True when that account can enter the folder and write there. */
export async function canWrite(folder: string, account: ServerAccount): Promise<boolean> {
  return (await complaintOf('/bin/sh', ['-c', 'cd -- "$1" && test -w .', 'sh', folder], account)) === null;
}

/** Null when the program ends well. */
async function complaintOf(
  program: string,
  args: string[],
  { uid, gid }: ServerAccount,
): Promise<string | null> {
  const child = spawn(program, args, { uid, gid, cwd: '/', env: {}, stdio: ['ignore', 'ignore', 'pipe'] });
  const words = text(child.stderr);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return code === 0 ? null : (await words).trim() || `exit code ${code}`;
  } catch (error) {
    // The program cannot even be started: the account may not enter one of its folders.
    if (codeOf(error) === 'EACCES' || codeOf(error) === 'ENOENT') return messageOf(error);
    throw error;
  }
}
