// Why: what was done in the product is kept in a trail that the application can add to and cannot change.
// May the old process keep running: yes, it does not know the schema.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { APPLICATION_ROLE, asAuditOwner, AUDIT_OWNER } from './audit-owner.js';
import { forwardOnly } from './forward-only.js';

/**
 * The columns for searching are made of the hashed text by PostgreSQL itself, so that no statement can set them apart from
 * it. ISO 8601 times of the same length sort as texts.
 */
const TABLES = `
  create table audit.entries (
    seq bigint not null,
    body text collate "C" not null,
    link bytea not null,
    at text collate "C" not null generated always as (substr(body, 8, 24)) stored,
    action text not null generated always as (body::jsonb #>> '{entry,action}') stored,
    actor_id text not null generated always as (body::jsonb #>> '{entry,actor,id}') stored,
    object_type text not null generated always as (body::jsonb #>> '{entry,object,type}') stored,
    object_id text not null generated always as (body::jsonb #>> '{entry,object,id}') stored,
    constraint entries_pkey primary key (seq)
  );
  create index entries_at_idx on audit.entries (at, seq);
  create index entries_action_idx on audit.entries (action, seq);
  create index entries_actor_idx on audit.entries (actor_id, seq);
  create index entries_object_idx on audit.entries (object_id, seq);
  comment on table audit.entries is 'Everything that was done in the product; written by audit.append only';
  comment on column audit.entries.body is 'Canonical JSON (RFC 8785), exactly as it is hashed';
  comment on column audit.entries.link is 'SHA-256 of the link before (32 zero bytes at first) and SHA-256(0x00, body)';

  create table audit.head (
    id smallint not null default 1,
    size bigint not null,
    link bytea not null,
    constraint head_pkey primary key (id),
    constraint head_single_check check (id = 1)
  ) with (fillfactor = 10);
  comment on table audit.head is 'One row, locked by each entry until its transaction ends, so that numbers have no gaps';
  insert into audit.head (size, link) values (0, decode(repeat('00', 32), 'hex'));

  create table audit.personal_values (
    seq bigint not null,
    sha256 text not null,
    subject text not null,
    salt text not null,
    value text not null,
    constraint personal_values_pkey primary key (seq, sha256)
  );
  create index personal_values_subject_idx on audit.personal_values (subject);
  comment on table audit.personal_values is 'The clear text of what entries hold as {"sha256": …}; erased on request';
  comment on column audit.personal_values.sha256 is 'SHA-256 of the bytes of the salt and the value';
  comment on column audit.personal_values.salt is '16 random bytes in hexadecimal';
`;

/** The body is composed here alone: its members are sorted by name, and the entry comes as canonical text. */
const FUNCTIONS = `
  create function audit.append(entry text, personal jsonb) returns bigint
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
  declare
    number bigint;
    previous bytea;
    body text;
    next_link bytea;
  begin
    if json_typeof(entry::json) is distinct from 'object' or length(entry) > 32768 then
      raise exception 'An entry is a JSON object of at most 32768 characters' using errcode = 'invalid_parameter_value';
    end if;
    select head.size + 1, head.link into strict number, previous from audit.head for update;
    body := '{"at":"' || to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
      || '","entry":' || entry || ',"seq":' || number || '}';
    next_link := sha256(previous || sha256('\\x00'::bytea || convert_to(body, 'UTF8')));
    insert into audit.entries (seq, body, link) values (number, body, next_link);
    insert into audit.personal_values (seq, sha256, subject, salt, value)
    select number, p.sha256, p.subject, p.salt, p.value
      from jsonb_to_recordset(personal) as p (sha256 text, subject text, salt text, value text);
    update audit.head set size = number, link = next_link;
    return number;
  end $$;
  comment on function audit.append is 'Adds an entry and gives its number; call it last in a transaction';

  create function audit.erase(about text) returns bigint
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
  declare
    erased bigint;
  begin
    delete from audit.personal_values p where p.subject = about;
    get diagnostics erased = row_count;
    return erased;
  end $$;
  comment on function audit.erase is 'Erases the names, addresses and mails of a subject; the chain stays whole';
`;

const GRANTS = `
  revoke all on function audit.append, audit.erase from public;
  grant usage on schema audit to ${APPLICATION_ROLE};
  grant select on audit.entries, audit.head, audit.personal_values to ${APPLICATION_ROLE};
  grant execute on function audit.append, audit.erase to ${APPLICATION_ROLE};
`;

/** The audit trail. */
export class AuditTrail implements MigrationInterface {
  readonly name = 'audit-trail-0000000000011';

  async up(runner: QueryRunner): Promise<void> {
    await asAuditOwner(runner, {
      before: `create schema audit authorization ${AUDIT_OWNER}`,
      asOwner: TABLES + FUNCTIONS + GRANTS,
    });
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
