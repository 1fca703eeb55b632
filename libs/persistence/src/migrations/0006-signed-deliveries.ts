// Why: a signed delivery that is sent again under another name is refused, and a refused item of a signed source can be
// tried again although its signature covered the whole delivery.
// May the old process keep running: yes. It neither looks at signed_deliveries nor at the new columns, which have defaults.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const SIGNED_DELIVERIES = `
  create table signed_deliveries (
    source text not null,
    body_hash bytea not null,
    delivery text not null,
    event text not null,
    received_at timestamptz(3) not null default statement_timestamp(),
    constraint signed_deliveries_pkey primary key (source, body_hash)
  );
  comment on table signed_deliveries is 'Bodies with a right signature of the last days, and what their headers said; written by ingestion only';
  comment on column signed_deliveries.delivery is 'Id of the first delivery with this body; empty when it had none';
  comment on column signed_deliveries.event is 'Kind of event that the first delivery had in its headers; empty when it had none';
  create index signed_deliveries_received_at_idx on signed_deliveries (received_at);
`;

const DEAD_LETTERS = `
  alter table dead_letters
    add column verified boolean not null default false,
    add column headers jsonb not null default '{}';
  comment on column dead_letters.verified is 'The sender of the item had proved itself (by a signature or a secret) when it came';
  comment on column dead_letters.headers is 'Headers that belong to the item and are not in its message';
`;

/** What is known of deliveries whose sender has proved itself. */
export class SignedDeliveries implements MigrationInterface {
  readonly name = 'signed-deliveries-0000000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(SIGNED_DELIVERIES);
    await runner.query(DEAD_LETTERS);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
