import { randomUUID } from 'node:crypto';
import { Person } from '@mcm/persistence';

/** A person to add: without password and authenticator unless `given` has them, and never signed in. */
export function newPerson(
  given: Pick<Person, 'name' | 'email' | 'email_key' | 'role'> & Partial<Person>,
): Person {
  return Object.assign(new Person(), {
    id: randomUUID(),
    password_hash: null,
    totp_secret: null,
    totp_enrolled_at: null,
    totp_last_step: null,
    disabled_at: null,
    last_sign_in_at: null,
    created_at: new Date(),
    ...given,
  });
}
