// Why: the first schema: events, findings, their counters, enrichments and dead letters.
// May the old process keep running: there is none before this one.
import { AppError } from '@mcm/kernel';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const EVENTS = `
  create table events (
    id bigint generated always as identity,
    uid uuid not null,
    source text not null,
    event_id text not null,
    event_type text not null,
    "user" text not null,
    "timestamp" timestamptz(3) not null,
    received_at timestamptz(3) not null,
    correlation_id text not null,
    raw_data jsonb not null,
    constraint events_pkey primary key (id),
    constraint events_uid_key unique (uid)
  );
  comment on table events is 'Stored events; written by ingestion only';
  comment on column events.uid is 'Identity: derived from source and event_id';

  -- First page and date range of GET /events, replay in event time.
  create index events_timestamp_idx on events ("timestamp" desc, id desc);
  -- Filters "user" and event_type of GET /events, each in the order of the answer.
  create index events_user_timestamp_idx on events ("user", "timestamp" desc, id desc);
  create index events_event_type_timestamp_idx on events (event_type, "timestamp" desc, id desc);
  -- Arrival order is nearly the physical order, so a block range index does, at almost no cost per insert.
  create index events_received_at_brin on events using brin (received_at);

  -- Few rows, each updated once per batch: free space in the page keeps those updates off the index.
  create table event_daily_counts (
    day date not null,
    count bigint not null,
    constraint event_daily_counts_pkey primary key (day)
  ) with (fillfactor = 50);
  comment on table event_daily_counts is 'Events per UTC day of "timestamp"; changes in the transaction of the events';
`;

const FINDINGS = `
  create table findings (
    id bigint generated always as identity,
    finding_key uuid not null,
    kind text not null,
    rule_id text not null,
    rule_name text not null,
    rule_hash text not null,
    title text not null,
    description text not null,
    severity text not null,
    "user" text not null,
    group_key text,
    first_seen timestamptz(3) not null,
    last_seen timestamptz(3) not null,
    event_count integer not null,
    event_uids uuid[] not null,
    reasons jsonb not null,
    controls jsonb not null,
    revision integer not null default 1,
    first_received_at timestamptz(3) not null,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    constraint findings_pkey primary key (id),
    constraint findings_finding_key_key unique (finding_key),
    constraint findings_kind_check check (kind in ('event', 'correlation')),
    constraint findings_severity_check check (severity in ('low', 'medium', 'high', 'critical')),
    constraint findings_group_key_check check ((kind = 'correlation') = (group_key is not null)),
    constraint findings_seen_check check (first_seen <= last_seen)
  );
  comment on table findings is 'Findings; written by the rules service only';
  comment on column findings.finding_key is 'Identity given by the rule engine: the same detection has the same key';
  comment on column findings.group_key is 'Canonical JSON of the group of a correlation; null for single events';
  comment on column findings.event_uids is 'Evidence: uid of the earliest 50 and the latest 50 events';
  comment on column findings.created_at is 'When the finding was raised (wall clock); first_seen and last_seen are event time';

  -- First page, and the filters severity and "user" of GET /findings, each in the order of the answer.
  create index findings_created_at_idx on findings (created_at desc, id desc);
  create index findings_severity_created_at_idx on findings (severity, created_at desc, id desc);
  create index findings_user_created_at_idx on findings ("user", created_at desc, id desc);
  -- Finds the episode that a correlation belongs to. The group is hashed because it holds values of events, which may
  -- be longer than an index entry can be.
  create index findings_episode_idx on findings (rule_id, hashtextextended(group_key, 0), last_seen)
    where kind = 'correlation';

  create table finding_daily_counts (
    day date not null,
    severity text not null,
    count bigint not null,
    constraint finding_daily_counts_pkey primary key (day, severity),
    constraint finding_daily_counts_severity_check check (severity in ('low', 'medium', 'high', 'critical'))
  ) with (fillfactor = 50);
  comment on table finding_daily_counts is 'Findings per UTC day of created_at and severity; changes in the transaction of the findings';

  create table finding_user_daily_counts (
    "user" text not null,
    day date not null,
    severity text not null,
    count bigint not null,
    constraint finding_user_daily_counts_pkey primary key ("user", day, severity),
    constraint finding_user_daily_counts_severity_check check (severity in ('low', 'medium', 'high', 'critical'))
  ) with (fillfactor = 80);
  comment on table finding_user_daily_counts is 'Findings per user, UTC day of created_at and severity; changes in the transaction of the findings';

  create table finding_enrichments (
    finding_id bigint not null,
    risk_score smallint not null,
    explanation text not null,
    source text not null,
    model text,
    created_at timestamptz(3) not null,
    updated_at timestamptz(3) not null,
    constraint finding_enrichments_pkey primary key (finding_id),
    constraint finding_enrichments_finding_id_fkey foreign key (finding_id) references findings (id) on delete cascade,
    constraint finding_enrichments_risk_score_check check (risk_score between 0 and 100),
    constraint finding_enrichments_source_check check (source in ('heuristic', 'model'))
  );
  comment on table finding_enrichments is 'Score and explanation of a finding; written by the ai-worker only';
`;

const DEAD_LETTERS = `
  create table dead_letters (
    id bigint generated always as identity,
    origin text not null,
    subject text not null,
    consumer text not null,
    code text not null,
    reason text not null,
    message text not null,
    truncated boolean not null,
    tries integer not null,
    failed_at timestamptz(3) not null,
    redriven_at timestamptz(3),
    constraint dead_letters_pkey primary key (id),
    constraint dead_letters_origin_check check (origin in ('bus', 'ingest'))
  );
  comment on table dead_letters is 'Messages and items that nobody could take, with the reason';

  create index dead_letters_failed_at_idx on dead_letters (failed_at desc, id desc);
`;

/** Creates every table of version 0.1. */
export class InitialSchema implements MigrationInterface {
  // TypeORM orders migrations by the thirteen digits at the end of the name: the number of the file.
  readonly name = 'initial-schema-0000000000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statements of [EVENTS, FINDINGS, DEAD_LETTERS]) await queryRunner.query(statements);
  }

  async down(): Promise<void> {
    throw new AppError(
      'internal',
      'PERSISTENCE.FORWARD_ONLY',
      'Migrations are not undone: restore a backup or write a new migration.',
    );
  }
}
