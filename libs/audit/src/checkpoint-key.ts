import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError, messageOf, newId } from '@mcm/kernel';
import { rawKey, verifierKey } from './signed-note.js';

/** The key that checkpoints are signed with. It is kept outside of the database. */
export interface CheckpointKey {
  /** `mini-compliance-monitor/` and the beginning of the key's hash: no two installations have the same. */
  name: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** What an auditor needs to verify checkpoints. */
  verifier: string;
}

/**
 * Reads the Ed25519 key (PKCS #8, PEM) from a file; without the file, makes a key and the file, readable by this account
 * alone.
 *
 * @throws AppError `AUDIT.KEY_UNUSABLE`, naming the file
 */
export async function loadCheckpointKey(file: string): Promise<CheckpointKey> {
  try {
    return keyOf((await readIfThere(file)) ?? (await create(file)));
  } catch (error) {
    throw new AppError(
      'invalid',
      'AUDIT.KEY_UNUSABLE',
      `AUDIT_KEY_FILE: ${file} cannot be used (${messageOf(error)}). It must hold an Ed25519 key as PEM (PKCS #8), or be a ` +
        'file that can be created.',
      { cause: error },
    );
  }
}

async function create(file: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ed25519');
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${newId()}`;
  await writeFile(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  try {
    // Appears as a whole or not at all, and never in the place of a key that another process made meanwhile.
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft);
  }
  return readFile(file, 'utf8');
}

function keyOf(pem: string): CheckpointKey {
  const privateKey = createPrivateKey(pem);
  if (privateKey.asymmetricKeyType !== 'ed25519') {
    throw new Error(`the key is of the type ${privateKey.asymmetricKeyType}`);
  }
  const publicKey = createPublicKey(privateKey);
  const name = `mini-compliance-monitor/${hash('sha256', rawKey(publicKey), 'hex').slice(0, 16)}`;
  return { name, privateKey, publicKey, verifier: verifierKey({ name, publicKey }) };
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
