import { randomBytes, randomUUID } from 'node:crypto';
import { type EntityManager, Person, RecoveryCode } from '@mcm/persistence';
import { Secret, TOTP } from 'otpauth';
import { tokenHash } from '../access/tokens.js';

const ISSUER = 'Mini Compliance Monitor';
const RECOVERY_CODES = 10;
/** Crockford's alphabet: no letter looks like a digit. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new secret, with the address that an authenticator reads from a QR code. */
export function newTotp(person: Person): { secret: string; uri: string } {
  const totp = new TOTP({ issuer: ISSUER, label: person.email, secret: new Secret({ size: 20 }) });
  return { secret: totp.secret.base32, uri: totp.toString() };
}

/**
 * Takes a code of a person's authenticator, of this time step or the one before or after. A step is used once: of two
 * requests with the same code one is refused.
 */
export async function takeTotpCode(manager: EntityManager, person: Person, code: string): Promise<boolean> {
  if (person.totp_secret === null) return false;
  const totp = new TOTP({ secret: Secret.fromBase32(person.totp_secret) });
  const timestamp = Date.now();
  const delta = totp.validate({ token: code, timestamp, window: 1 });
  if (delta === null) return false;
  const step = totp.counter({ timestamp }) + delta;
  const { affected } = await manager
    .createQueryBuilder()
    .update(Person)
    .set({ totp_last_step: String(step) })
    .where('id = :id and (totp_last_step is null or totp_last_step < :step)', { id: person.id, step })
    .execute();
  return affected === 1;
}

/** Replaces the recovery codes of a person; they are shown once. */
export async function newRecoveryCodes(manager: EntityManager, personId: string): Promise<string[]> {
  await manager.delete(RecoveryCode, { person_id: personId });
  const codes = Array.from({ length: RECOVERY_CODES }, recoveryCode);
  await manager.insert(
    RecoveryCode,
    codes.map((code) => ({
      id: randomUUID(),
      person_id: personId,
      code_hash: recoveryHash(code),
      used_at: null,
    })),
  );
  return codes;
}

/** Takes a recovery code; each works once, also under a race. */
export async function takeRecoveryCode(
  manager: EntityManager,
  personId: string,
  code: string,
): Promise<boolean> {
  const { affected } = await manager
    .createQueryBuilder()
    .update(RecoveryCode)
    .set({ used_at: new Date() })
    .where('person_id = :personId and code_hash = :hash and used_at is null', {
      personId,
      hash: recoveryHash(code),
    })
    .execute();
  return affected === 1;
}

/** 120 random bits in six groups: enough for a plain hash (OWASP ASVS 5.0, 6.5.2). */
function recoveryCode(): string {
  const letters = [...randomBytes(24)].map((byte) => LETTERS[byte % 32]).join('');
  return letters.match(/.{4}/g)!.join('-');
}

/** People leave out dashes and mind no case. */
function recoveryHash(code: string): Buffer {
  return tokenHash(code.toLowerCase().replace(/[^a-z0-9]/g, ''));
}
