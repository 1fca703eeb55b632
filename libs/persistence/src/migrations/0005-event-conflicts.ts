// Why: an event whose source and event_id are known, but whose content is another, is kept beside the first one instead of
// vanishing as a duplicate of it.
// May the old process keep running: yes. Its events lack a hash and are taken to have the same content as any other event of
// their identity, as are all events stored before.
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { forwardOnly } from './forward-only.js';

const CONFLICTS = `
  alter table events
    add column content_hash text,
    add column conflicts_with uuid;
  comment on column events.uid is 'Identity: derived from source and event_id; for a conflict from its content too';
  comment on column events.content_hash is 'Hash of what the producer sent; null in events of versions that knew none';
  comment on column events.conflicts_with is 'Uid of the first event with the same source and event_id and other content';

  -- Lists conflicts, newest first, and those of one event; nearly all events are none.
  create index events_conflicts_timestamp_idx on events ("timestamp" desc, id desc) where conflicts_with is not null;
`;

export class EventConflicts implements MigrationInterface {
  readonly name = 'event-conflicts-0000000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CONFLICTS);
  }

  down(): Promise<void> {
    return forwardOnly();
  }
}
