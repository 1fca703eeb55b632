// Why: a day of events is dropped only when its archive is known, and an archive is trusted only when its manifest is the one
// that was written.
// May the old process keep running: yes, it does not know the table.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const ARCHIVED_RUNS = `
  create table archived_runs (
    day date not null,
    run integer not null,
    location text not null,
    manifest_sha256 text not null,
    after_id bigint not null,
    through_id bigint not null,
    rows bigint not null,
    bytes bigint not null,
    archived_at timestamptz(3) not null,
    constraint archived_runs_pkey primary key (day, run),
    constraint archived_runs_ids_check check (after_id <= through_id)
  );
  comment on table archived_runs is 'What is in the archive of events; written by ingestion only';
  comment on column archived_runs.day is 'UTC day of "timestamp"';
  comment on column archived_runs.run is 'From 1; each further run of a day has the events that came after it was archived';
  comment on column archived_runs.through_id is 'All events of the day with ids up to this one are archived';
  comment on column archived_runs.bytes is 'Size of the files';
`;

/** What is in the archive. */
export class ArchivedRuns implements MigrationInterface {
  readonly name = 'archived-runs-0000000000017';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ARCHIVED_RUNS);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
