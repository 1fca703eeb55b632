// Why: what was recorded on a day, by source and type, can be told when the events themselves are gone.
// May the old process keep running: yes. What it records is not in these counts.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const TABLE = `
  create table event_type_daily_counts (
    day date not null,
    source text not null,
    event_type text not null,
    count bigint not null,
    constraint event_type_daily_counts_pkey primary key (day, source, event_type)
  ) with (fillfactor = 50);
  comment on table event_type_daily_counts is
    'Events recorded per UTC day of "timestamp", source and type, also of days whose events are gone; changes in the transaction of the events';
  comment on column event_type_daily_counts.event_type is 'Empty: types beyond the number that is counted separately';
`;

const COUNT_STORED = `
  insert into event_type_daily_counts (day, source, event_type, count)
  select ("timestamp" at time zone 'UTC')::date, source, event_type, count(*) from events group by 1, 2, 3`;

/** How many events of each source and type were recorded on each day. */
export class EventTypeCounts implements MigrationInterface {
  readonly name = 'event-type-counts-0000000000016';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TABLE);
    await runner.query(COUNT_STORED);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
