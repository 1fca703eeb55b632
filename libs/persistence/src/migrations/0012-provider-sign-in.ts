import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const PROVIDER_SIGN_IN = /* sql */ `
  alter table people alter column email_key drop not null;
  comment on column people.email_key is
    'Canonical form of the address, by which people with a password are told apart; null for people of a provider';

  create table identities (
    issuer text not null,
    subject text not null,
    person_id uuid not null,
    created_at timestamptz not null default now(),
    constraint identities_pkey primary key (issuer, subject),
    constraint identities_person_id_key unique (person_id),
    constraint identities_person_id_fkey foreign key (person_id) references people (id) on delete cascade
  );
  comment on table identities is 'Who a person is for an OpenID provider; written by gateway only';

  alter table sessions add column issuer text, add column id_token text;
  comment on column sessions.issuer is 'The OpenID provider that the person came from; null for a password';
  comment on column sessions.id_token is 'Tells the provider which of its sessions to end at sign-out';

  create table oidc_attempts (
    token_hash bytea not null,
    state text not null,
    nonce text not null,
    code_verifier text not null,
    return_to text not null,
    address text not null,
    replaces uuid,
    expires_at timestamptz not null,
    constraint oidc_attempts_pkey primary key (token_hash)
  );
  create index oidc_attempts_expires_at on oidc_attempts (expires_at);
  comment on table oidc_attempts is 'Browsers that were sent to the OpenID provider and are not back; written by gateway only';
  comment on column oidc_attempts.token_hash is 'SHA-256 of the 256 random bits in the cookie of the browser';
  comment on column oidc_attempts.replaces is 'The session that the browser had; it ends when another one starts';
`;

/** People who sign in with an OpenID provider. */
export class ProviderSignIn implements MigrationInterface {
  readonly name = 'provider-sign-in-0000000000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PROVIDER_SIGN_IN);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
