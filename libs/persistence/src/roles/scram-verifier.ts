import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';

/** The default of PostgreSQL's `scram_iterations`. */
const ITERATIONS = 4096;

/**
 * What PostgreSQL stores of a password (manual, `pg_authid`; RFC 5803): `CREATE ROLE … PASSWORD` takes it in place of the
 * password, which then appears in no statement, and so in no log of the server.
 *
 * @param password of printable ASCII characters, which SASLprep (RFC 4013) leaves as they are
 */
export function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256');
  const keyed = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${keyed('Server Key').toString('base64')}`;
}
