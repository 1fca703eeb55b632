import { DataSource, inTransaction, type OidcAttempt } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';
import { newToken, tokenHash } from '../access/tokens.js';
import { OidcFailure } from './oidc-failure.js';

/** How long a person may take at the provider. */
const LASTS_MS = 10 * 60_000;
/** Most browsers at the provider at a time: in all, and from one address. A caller need not have signed in to start. */
const ATTEMPTS_MAX = 10_000;
const ATTEMPTS_PER_ADDRESS = 200;

/** What is remembered of a browser until it is back. */
export type Attempt = Pick<OidcAttempt, 'state' | 'nonce' | 'code_verifier' | 'return_to' | 'replaces'>;

/** Browsers that were sent to the provider, so that each comes back once, and to where it was sent from. */
@Injectable()
export class OidcAttempts {
  constructor(private readonly database: DataSource) {}

  /**
   * Remembers a browser. Attempts that took too long are cleared away with it.
   *
   * @returns the token for the cookie of the browser
   * @throws OidcFailure `AUTH.OIDC_BUSY`
   */
  async begin(
    { state, nonce, code_verifier, return_to, replaces }: Attempt,
    address: string,
  ): Promise<{ token: string; expires: Date }> {
    const token = newToken();
    const expires = new Date(Date.now() + LASTS_MS);
    const begun = await inTransaction(this.database, async (manager) => {
      await manager.query('delete from oidc_attempts where expires_at < now()');
      return manager.query<object[]>(
        `insert into oidc_attempts (token_hash, state, nonce, code_verifier, return_to, replaces, expires_at, address)
         select $1::bytea, $2::text, $3::text, $4::text, $5::text, $6::uuid, $7::timestamptz, $8::text
         from (select count(*) as total, count(*) filter (where address = $8) as here from oidc_attempts) as present
         where total < $9 and here < $10
         returning address`,
        [
          ...[tokenHash(token), state, nonce, code_verifier, return_to, replaces, expires, address],
          ...[ATTEMPTS_MAX, ATTEMPTS_PER_ADDRESS],
        ],
      );
    });
    if (begun.length === 0) throw new OidcFailure('AUTH.OIDC_BUSY');
    return { token, expires };
  }

  /** Takes what is remembered of a browser; of two requests with the same token one gets it. Null when there is nothing. */
  async take(token: string): Promise<Attempt | null> {
    const [rows] = await inTransaction(this.database, (manager) =>
      manager.query<[Attempt[], number]>(
        `delete from oidc_attempts where token_hash = $1 and expires_at > now()
         returning state, nonce, code_verifier, return_to, replaces`,
        [tokenHash(token)],
      ),
    );
    return rows[0] ?? null;
  }
}
