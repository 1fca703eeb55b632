import { hash, verify } from '@node-rs/argon2';
import { AppError, Places } from '@mcm/kernel';
import { Injectable } from '@nestjs/common';

/** Fewest and most characters of a password; the bound is on what is hashed. */
export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 200;

/** OWASP, Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane. These are the defaults of the library. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Is compared where there is no hash, so that an unknown name takes as long as a known one. */
const UNUSED_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$eJoXnDnMygBA5QfxVS3jOQ$ObHsxtFLTcASkXn4KAFENVGWXO1Eys+SywbTHmERws0';

/** Hashes at a time: they share the four threads on which Node also reads files and resolves names. */
const AT_A_TIME = 2;
/** Hashes that may wait, about a second's worth. */
const WAITING_MAX = 32;

let common: Promise<ReadonlySet<string>> | null = null;

/** The 49,000 most common passwords: 8 MB that only a new password needs. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  common ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) => new Set(dictionary['passwords-common']),
  );
  return common;
}

/**
 * What is wrong with a new password; null when it will do.
 *
 * @param own texts that an attacker would try first: name and address of the person
 */
export async function passwordFault(password: string, own: readonly string[]): Promise<string | null> {
  const characters = [...password].length;
  if (characters < PASSWORD_MIN) return `must have at least ${PASSWORD_MIN} characters`;
  if (password.length > PASSWORD_MAX) return `must have at most ${PASSWORD_MAX} characters`;
  const plain = password.toLowerCase();
  // What is put in front of a common password or behind it adds little.
  const core = plain.replace(/^[^a-z]+|[^a-z]+$/g, '');
  const known = await commonPasswords();
  if (known.has(plain) || known.has(core)) return 'is a common password, or one with digits added';
  if (new Set(plain).size < 5) return 'repeats too few characters';
  const parts = own.flatMap((text) => [text, text.split('@')[0]!]).map((text) => text.toLowerCase());
  return parts.some((part) => part !== '' && (part === plain || part === core))
    ? 'must not be your name or address'
    : null;
}

/** Hashes passwords and compares them, a bounded number at a time. */
@Injectable()
export class Passwords {
  private readonly places = new Places(
    AT_A_TIME,
    WAITING_MAX,
    () =>
      new AppError('unavailable', 'AUTH.BUSY', 'Too many people are signing in.', { retryAfterSeconds: 2 }),
  );

  /** @throws AppError `AUTH.BUSY` */
  hash(password: string): Promise<string> {
    return this.places.run(() => hash(normalised(password), COST));
  }

  /**
   * Whether a password is the right one. Takes as long without a hash.
   *
   * @throws AppError `AUTH.BUSY`
   */
  async matches(password: string, stored: string | null): Promise<boolean> {
    const same = await this.places.run(() => verify(stored ?? UNUSED_HASH, normalised(password)));
    return same && stored !== null;
  }
}

/** The same characters may come in several encodings, from one keyboard or another (NIST SP 800-63B, section 5.1.1.2). */
function normalised(password: string): string {
  return password.normalize('NFKC');
}
