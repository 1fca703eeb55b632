// Why: a rule whose expressions cost too much on an event is skipped for that event, which people have to see.
// May the old process keep running: yes, it does not know the table.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const RULE_SKIPS = `
  create table rule_skips (
    rule_id text not null,
    events bigint not null,
    last_skip timestamptz(3) not null,
    constraint rule_skips_pkey primary key (rule_id)
  );
  comment on table rule_skips is 'Events that a rule was not tried on because its expressions cost too much on their texts; written by rules only';
  comment on column rule_skips.events is 'Events; one that is delivered again may count again';
  comment on column rule_skips.last_skip is 'Wall clock';
`;

/** Which rules are skipped for events. */
export class RuleSkips implements MigrationInterface {
  readonly name = 'rule-skips-0000000000009';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(RULE_SKIPS);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
