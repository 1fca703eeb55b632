// Why: how long data is kept is a setting that people change, legal holds stop its removal, and what was removed is known.
// May the old process keep running: yes, it does not know the tables.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const SETTINGS = `
  create table settings (
    name text not null,
    defaults jsonb,
    stored jsonb not null default '{}',
    pending jsonb,
    takes_effect_at timestamptz(3),
    revision bigint not null default 0,
    changed_by text,
    changed_at timestamptz(3),
    constraint settings_pkey primary key (name),
    constraint settings_pending_check check ((pending is null) = (takes_effect_at is null))
  );
  comment on table settings is 'Settings that people change; written by gateway only';
  comment on column settings.defaults is 'What the environment of the gateway says; null until one has started';
  comment on column settings.stored is 'Fields that were changed in the API; they win over the defaults';
  comment on column settings.pending is 'What "stored" becomes at takes_effect_at';
`;

/** Where there are events already, nothing is removed for a day: what the defaults remove can be looked at and changed. */
const FIRST_RETENTION = `
  insert into settings (name, stored, pending, takes_effect_at)
  select 'retention',
         case when used then '{"events_days":0,"findings_days":0,"ai_exchanges_days":0,"jobs_days":0}'::jsonb else '{}'::jsonb end,
         case when used then '{}'::jsonb end,
         case when used then statement_timestamp() + interval '1 day' end
    from (select exists (select from events) as used) u;
`;

const HOLDS = `
  create table legal_holds (
    id uuid not null,
    sources text[],
    from_day date,
    to_day date,
    reason text not null,
    created_by text not null,
    created_at timestamptz(3) not null default statement_timestamp(),
    release_reason text,
    released_by text,
    released_at timestamptz(3),
    constraint legal_holds_pkey primary key (id),
    constraint legal_holds_period_check check (from_day <= to_day)
  );
  comment on table legal_holds is 'Days whose events and findings are kept whatever the retention says; written by gateway only';
  comment on column legal_holds.sources is 'Null: all sources';
  comment on column legal_holds.from_day is 'First day (UTC) of event time; null: from the beginning';
  comment on column legal_holds.to_day is 'Last day; null: without an end';
  comment on column legal_holds.created_by is 'The name of the actor at that time';
`;

const REMOVALS = `
  create table removed_events (
    day date not null,
    source text not null,
    rows bigint,
    removed_at timestamptz(3) not null default statement_timestamp(),
    constraint removed_events_pkey primary key (day, source)
  );
  comment on table removed_events is 'What retention has removed, by day (UTC) of event time; written by ingestion only';
  comment on column removed_events.source is 'Empty: all of the day';

  create table storage_maintenance (
    id smallint not null default 1,
    retention_time timestamptz(3),
    started_at timestamptz(3),
    ended_at timestamptz(3),
    report jsonb,
    constraint storage_maintenance_pkey primary key (id),
    constraint storage_maintenance_single_check check (id = 1)
  );
  comment on table storage_maintenance is 'One row about the last run; written by ingestion only';
  comment on column storage_maintenance.retention_time is 'The time that ages are measured from: it follows the clock slowly';
  insert into storage_maintenance default values;
`;

/** How long data is kept, and what was removed. */
export class Retention implements MigrationInterface {
  readonly name = 'retention-0000000000015';

  async up(runner: QueryRunner): Promise<void> {
    for (const statements of [SETTINGS, FIRST_RETENTION, HOLDS, REMOVALS]) await runner.query(statements);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
