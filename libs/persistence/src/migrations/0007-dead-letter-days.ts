// Why: refused items of one endpoint are kept up to a number of bytes a day, counted over all processes of ingestion.
// May the old process keep running: yes. What it keeps is not counted.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const DEAD_LETTER_DAYS = `
  create table dead_letter_days (
    day date not null,
    subject text not null,
    bytes bigint not null,
    dropped bigint not null default 0,
    constraint dead_letter_days_pkey primary key (day, subject)
  );
  comment on table dead_letter_days is 'What was kept of refused items by day (UTC) and subject; written by ingestion only';
  comment on column dead_letter_days.bytes is 'Bytes of the dead letters that were kept';
  comment on column dead_letter_days.dropped is 'Items that were not kept because the quota of the day was used up';
`;

/** How much of what is refused was kept each day. */
export class DeadLetterDays implements MigrationInterface {
  readonly name = 'dead-letter-days-0000000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(DEAD_LETTER_DAYS);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
