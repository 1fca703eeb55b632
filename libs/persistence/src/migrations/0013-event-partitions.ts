// Why: events are kept in daily partitions of their own time, so that a day can be indexed, archived and dropped as a whole.
// The table that there was becomes the default partition; the ingestion service then moves its days out, one after the other.
// May the old process keep running: no. It expects one unique index over all events.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

/** The day is UTC's everywhere. Rows of the default may be of any day, so that it is part of their identity there. */
const DEFAULT_PARTITION = `
  alter table events rename to events_default;
  alter table events_default rename constraint events_pkey to events_default_pkey;
  create unique index events_default_uid_key on events_default (uid, (("timestamp" at time zone 'UTC')::date));
  alter table events_default drop constraint events_uid_key;
  drop index events_event_type_timestamp_idx;
  drop index events_source_timestamp_idx;
  alter index events_timestamp_idx rename to events_default_timestamp_idx;
  alter index events_actor_timestamp_idx rename to events_default_actor_idx;
  alter index events_conflicts_timestamp_idx rename to events_default_conflicts_idx;
  alter index events_received_at_brin rename to events_default_received_at_brin;

  -- A partition has no identity column of its own, so that the ids of all come from one plain sequence.
  do $$ declare next_id bigint; begin
    select case when is_called then last_value + 1 else last_value end into next_id from events_id_seq;
    alter table events_default alter column id drop identity;
    execute format('create sequence events_id_seq start %s', next_id);
  end $$;
`;

/** Without other partitions there is nothing that the default has to be searched for. */
const EVENTS = `
  create table events (like events_default including comments) partition by range ("timestamp");
  comment on table events is 'Stored events in daily partitions (UTC); written by ingestion only';
  comment on table events_default is 'Events of days that have no partition (yet)';
  alter table events alter column id set default nextval('events_id_seq');
  alter sequence events_id_seq owned by events.id;
  alter table events attach partition events_default default;
`;

const CATALOGUE = `
  create table event_days (
    day date not null,
    state text not null,
    rows bigint,
    created_at timestamptz(3) not null default now(),
    closed_at timestamptz(3),
    restored_at timestamptz(3),
    constraint event_days_pkey primary key (day),
    constraint event_days_state_check check (state in ('open', 'closed'))
  );
  comment on table event_days is 'Days of "timestamp" that have a partition of events; written by ingestion only';
  comment on column event_days.state is 'open: with the indexes that writing needs; closed: with those of searching, too';
  comment on column event_days.rows is 'How many events it had when it was closed';
  comment on column event_days.restored_at is 'When an archived day was put back';

  alter table event_daily_counts
    add column min_id bigint,
    add column max_id bigint,
    add column last_received_at timestamptz(3);
  comment on column event_daily_counts.min_id is 'No event of the day has a lower id; null while the day is open';
  comment on column event_daily_counts.max_id is 'No event of the day has a higher id; null where it is not known';
  comment on column event_daily_counts.last_received_at is 'No event of the day was accepted later; null where it is not known';

  create table untimed_events (
    uid uuid not null,
    "timestamp" timestamptz(3) not null,
    constraint untimed_events_pkey primary key (uid)
  );
  create index untimed_events_timestamp_brin on untimed_events using brin ("timestamp") with (autosummarize = on);
  comment on table untimed_events is
    'Recent events whose producer gave no time: when they were accepted first, so that one that is sent again is the same';
`;

/** Events in daily partitions. */
export class EventPartitions implements MigrationInterface {
  readonly name = 'event-partitions-0000000000013';

  async up(runner: QueryRunner): Promise<void> {
    for (const statements of [DEFAULT_PARTITION, EVENTS, CATALOGUE]) await runner.query(statements);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
