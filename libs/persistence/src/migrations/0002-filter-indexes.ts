// Why: the API also filters events by source and findings by rule, and paging reads fewer pages of tables that are
// vacuumed soon after many rows came.
// May the old process keep running: yes, it sees nothing of this but time spent on two more indexes.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const INDEXES = `
  create index events_source_timestamp_idx on events (source, "timestamp" desc, id desc);
  create index findings_rule_name_created_at_idx on findings (rule_name, created_at desc, id desc);
`;

/** PostgreSQL's own default waits until a fifth of the table is new. */
const VACUUM = `
  alter table events set (autovacuum_vacuum_insert_scale_factor = 0.05);
  alter table findings set (autovacuum_vacuum_insert_scale_factor = 0.05);
`;

export class FilterIndexes implements MigrationInterface {
  readonly name = 'filter-indexes-0000000000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(INDEXES);
    await runner.query(VACUUM);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
