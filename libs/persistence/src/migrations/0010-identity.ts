import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const IDENTITY = /* sql */ `
  create table people (
    id uuid not null,
    name text not null,
    email text not null,
    email_key text not null,
    role text not null,
    password_hash text,
    totp_secret text,
    totp_enrolled_at timestamptz,
    totp_last_step bigint,
    disabled_at timestamptz,
    last_sign_in_at timestamptz,
    created_at timestamptz not null default now(),
    constraint people_pkey primary key (id),
    constraint people_email_key unique (email_key),
    constraint people_role_known check (role in ('viewer', 'analyst', 'admin'))
  );
  comment on table people is 'People who may sign in; written by gateway only';
  comment on column people.email_key is 'Canonical form of the address: what is compared';
  comment on column people.password_hash is 'argon2id in PHC form; null until an invitation is accepted';
  comment on column people.totp_secret is 'Base32 (RFC 6238); from the start of the enrolment on';
  comment on column people.totp_last_step is 'The last time step whose code was used: no code is used twice';

  create table sessions (
    id uuid not null,
    token_hash bytea not null,
    person_id uuid not null,
    stage text not null,
    address text not null,
    user_agent text not null,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    constraint sessions_pkey primary key (id),
    constraint sessions_token_hash_key unique (token_hash),
    constraint sessions_person_id_fkey foreign key (person_id) references people (id) on delete cascade,
    constraint sessions_stage_known check (stage in ('totp', 'signed-in'))
  );
  create index sessions_person_id on sessions (person_id);
  create index sessions_expires_at on sessions (expires_at);
  comment on table sessions is 'Sessions of people; written by gateway only';
  comment on column sessions.token_hash is 'SHA-256 of the 256 random bits in the cookie';
  comment on column sessions.stage is 'totp: the password was right, a code is still missing';
  comment on column sessions.last_seen_at is 'Written at most once a minute';

  create table one_time_links (
    id uuid not null,
    token_hash bytea not null,
    kind text not null,
    person_id uuid,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint one_time_links_pkey primary key (id),
    constraint one_time_links_token_hash_key unique (token_hash),
    constraint one_time_links_person_id_fkey foreign key (person_id) references people (id) on delete cascade,
    constraint one_time_links_kind_known check (kind in ('setup', 'invite', 'reset')),
    constraint one_time_links_has_person check ((kind = 'setup') = (person_id is null))
  );
  create index one_time_links_person_id on one_time_links (person_id);
  comment on table one_time_links is 'Links with which a person is set up, joins, or sets a new password; written by gateway only';
  comment on column one_time_links.token_hash is 'SHA-256 of the 256 random bits in the link';

  create table recovery_codes (
    id uuid not null,
    person_id uuid not null,
    code_hash bytea not null,
    used_at timestamptz,
    constraint recovery_codes_pkey primary key (id),
    constraint recovery_codes_code_key unique (person_id, code_hash),
    constraint recovery_codes_person_id_fkey foreign key (person_id) references people (id) on delete cascade
  );
  comment on table recovery_codes is 'Replace one code of the authenticator each; written by gateway only';
  comment on column recovery_codes.code_hash is 'SHA-256 of the 80 random bits of the code';

  create table sign_in_throttle (
    bucket text not null,
    tries integer not null,
    last_try_at timestamptz not null,
    free_at timestamptz not null,
    constraint sign_in_throttle_pkey primary key (bucket)
  );
  comment on table sign_in_throttle is 'Tries to sign in, by name and by address; written by gateway only';
  comment on column sign_in_throttle.bucket is 'Kind and 16 bits of a hash: at most 65536 of each kind';

  create table api_keys (
    id text not null,
    secret_hash bytea not null,
    name text not null,
    scopes text[] not null,
    allowed_sources text[],
    created_by text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz,
    constraint api_keys_pkey primary key (id)
  );
  comment on table api_keys is 'Keys of programs; written by gateway only';
  comment on column api_keys.secret_hash is 'SHA-256 of the 256 random bits of the secret';
  comment on column api_keys.allowed_sources is 'Sources that it may send events for; null means all';
  comment on column api_keys.created_by is 'The name of the actor at that time';
  comment on column api_keys.last_used_at is 'Written at most once a minute';
`;

/** People, their sessions and one-time links, and the keys of programs. */
export class Identity implements MigrationInterface {
  readonly name = 'identity-0000000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(IDENTITY);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
