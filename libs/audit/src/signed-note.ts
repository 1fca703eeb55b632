import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import { AppError } from '@mcm/kernel';

/** The type of Ed25519 signatures in the table of https://c2sp.org/signed-note. */
const ED25519 = Buffer.from([1]);
/** Notes of this product have one signature; more may have been added by others. */
const NOTE_MAX_LENGTH = 64 * 1024;

/** A public key by which notes are verified. */
export interface NoteKey {
  name: string;
  publicKey: KeyObject;
}

/** A text with its signature, by https://c2sp.org/signed-note; the text ends with a line break. */
export function signNote(
  text: string,
  { name, privateKey }: { name: string; privateKey: KeyObject },
): string {
  const key = { name, publicKey: createPublicKey(privateKey) };
  const signature = Buffer.concat([keyId(key), sign(null, Buffer.from(text, 'utf8'), privateKey)]);
  return `${text}\n— ${name} ${signature.toString('base64')}\n`;
}

/**
 * The text of a note that this key signed.
 *
 * @throws AppError `AUDIT.NOTE_INVALID` when it is no note, or the signature of the key is missing or wrong
 */
export function openNote(note: string, key: NoteKey): string {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || note.length > NOTE_MAX_LENGTH) throw invalid('it is not a signed note');
  const text = note.slice(0, end + 1);
  const id = keyId(key);
  for (const line of note.slice(end + 2).split('\n')) {
    const [dash, name, base64, ...rest] = line.split(' ');
    if (dash !== '—' || name !== key.name || base64 === undefined || rest.length > 0) continue;
    const bytes = Buffer.from(base64, 'base64');
    if (!bytes.subarray(0, 4).equals(id)) continue;
    if (verify(null, Buffer.from(text, 'utf8'), key.publicKey, bytes.subarray(4))) return text;
    throw invalid(`the signature of ${key.name} is wrong`);
  }
  throw invalid(`it has no signature of ${key.name} by this key`);
}

/** A key as text, `<name>+<id>+<base64 of type and key>`, as https://pkg.go.dev/golang.org/x/mod/sumdb/note has it. */
export function verifierKey(key: NoteKey): string {
  const bytes = Buffer.concat([ED25519, rawKey(key.publicKey)]);
  return `${key.name}+${keyId(key).toString('hex')}+${bytes.toString('base64')}`;
}

/** The 32 bytes of an Ed25519 key (RFC 8032). */
export function rawKey(publicKey: KeyObject): Buffer {
  return Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url');
}

function keyId({ name, publicKey }: NoteKey): Buffer {
  const named = Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), ED25519, rawKey(publicKey)]);
  return hash('sha256', named, 'buffer').subarray(0, 4);
}

function invalid(why: string): AppError {
  return new AppError('invalid', 'AUDIT.NOTE_INVALID', `The checkpoint cannot be trusted: ${why}.`);
}
