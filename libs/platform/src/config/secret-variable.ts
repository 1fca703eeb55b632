import { closeSync, openSync, readSync } from 'node:fs';

/** Largest file with a secret, in bytes: far more than a password, an address or a key in PEM takes. */
const LARGEST = 64 * 1024;

/** A variable's text, empty when it is not set; or what is wrong with it, and with which variable. */
export type SecretText = { text: string } | { pointer: string; fault: string };

/** The variable that names a file with the value of another variable. */
export const fileVariable = (name: string): string => `${name}_FILE`;

/** Whether a variable that may come from a file is set in either way. */
export function isSecretSet(env: NodeJS.ProcessEnv, name: string): boolean {
  return Boolean(env[name]) || Boolean(env[fileVariable(name)]);
}

/**
 * Reads a secret from its variable or, so that it need not be in the environment, from the file that `<name>_FILE` names.
 * The line break at the end of a file, which editors add, is not part of the secret.
 */
export function readSecret(env: NodeJS.ProcessEnv, name: string): SecretText {
  const text = env[name] ?? '';
  const inFile = fileVariable(name);
  const path = env[inFile] ?? '';
  if (path === '') return { text };
  if (text !== '') return { pointer: name, fault: `is set, and so is ${inFile}: set one of the two` };
  const file = readFile(path);
  if ('fault' in file) return { pointer: inFile, fault: `names ${path}, which ${file.fault}` };
  if (file.text === '') return { pointer: inFile, fault: `names ${path}, which is empty` };
  return file;
}

function readFile(path: string): { text: string } | { fault: string } {
  const bytes = Buffer.alloc(LARGEST + 1);
  let length = 0;
  try {
    const file = openSync(path, 'r');
    try {
      for (let read = -1; read !== 0 && length < bytes.length; length += read)
        read = readSync(file, bytes, length, bytes.length - length, null);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return { fault: `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})` };
  }
  if (length > LARGEST) return { fault: `is larger than ${LARGEST} bytes` };
  const text = bytes.toString('utf8', 0, length).replace(/\r?\n$/, '');
  return text.includes('\0') ? { fault: 'contains a NUL byte' } : { text };
}
