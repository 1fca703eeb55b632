import type { EventEnvelope } from '@mcm/contracts';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { withConflictRetry } from '../conflict-retry.js';
import { type JsonBatch, jsonBatches } from '../json-batches.js';

/** What became of a batch; every envelope of it is counted once. */
export interface RecordedBatch {
  /** Became rows now. */
  stored: EventEnvelope[];
  /** Were rows already, written from this very acceptance: an earlier try of the same message. */
  repeated: EventEnvelope[];
  /** Copies within the batch, and events that another acceptance had turned into rows before. */
  duplicates: number;
}

const EVENT_COLUMNS =
  'uid, source, event_id, event_type, "user", "timestamp", received_at, correlation_id, raw_data';

/*
 * Rows and counts in one statement, hence in one transaction and one round trip. One jsonb parameter costs this process
 * least: arrays for unnest must be escaped value by value, and binary ones saved the server less than they cost here.
 *
 * Concurrent batches can wait for each other, but not in a circle: rows are inserted in the order of their uid, then
 * days are locked in their order. The ids are drawn before that, so that they follow the order of arrival.
 */
const RECORD = `
  with inserted as (
    insert into events (id, ${EVENT_COLUMNS}) overriding system value
    select id, ${EVENT_COLUMNS}
      from (select nextval('events_id_seq') as id, envelope.*
              from jsonb_to_recordset($1::jsonb) as envelope (
                uid uuid, source text, event_id text, event_type text, "user" text, "timestamp" timestamptz(3),
                received_at timestamptz(3), correlation_id text, raw_data jsonb)) numbered
     order by uid
    on conflict (uid) do nothing
    returning uid, "timestamp"
  ), counted as (
    insert into event_daily_counts as counts (day, count)
    select ("timestamp" at time zone 'UTC')::date as day, count(*) from inserted group by 1 order by 1
    on conflict (day) do update set count = counts.count + excluded.count
  )
  select case when count(*) < $2 then coalesce(json_agg(uid), '[]') end as uids from inserted`;

/** Which of these positions hold an event that became a row in the same acceptance. */
const REPEATED = `
  select envelope.position
    from jsonb_to_recordset($1::jsonb) as envelope (
      position integer, uid uuid, received_at timestamptz(3), correlation_id text)
    join events on events.uid = envelope.uid
   where events.received_at = envelope.received_at and events.correlation_id = envelope.correlation_id
   order by envelope.position`;

/** Writes events and, with them, how many there are on each day. */
@Injectable()
export class EventStore {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Stores each event once, however often and from wherever it comes. A batch of more text than one statement should
   * hold becomes several transactions: after a rejection a part of it may be stored, and recording it again is safe.
   */
  async recordBatch(envelopes: readonly EventEnvelope[]): Promise<RecordedBatch> {
    const result: RecordedBatch = { stored: [], repeated: [], duplicates: 0 };
    for (const batch of jsonBatches(envelopes)) {
      const { stored, repeated, duplicates } = await withConflictRetry(() => this.record(batch));
      result.stored.push(...stored);
      result.repeated.push(...repeated);
      result.duplicates += duplicates;
    }
    return result;
  }

  private async record({ items, text }: JsonBatch<EventEnvelope>): Promise<RecordedBatch> {
    const firsts = new Map<string, EventEnvelope>();
    for (const envelope of items) if (!firsts.has(envelope.uid)) firsts.set(envelope.uid, envelope);
    const [row] = await this.dataSource.query<{ uids: string[] | null }[]>(RECORD, [text, firsts.size]);
    // Null: all of them are new, which is the rule and need not be spelled out.
    const uids = row?.uids ?? null;
    const stored = uids === null ? [...firsts.values()] : uids.map((uid) => firsts.get(uid)!);
    for (const { uid } of stored) firsts.delete(uid);
    const repeated = firsts.size === 0 ? [] : await this.repeated(items, firsts);
    return { stored, repeated, duplicates: items.length - stored.length - repeated.length };
  }

  /** Those that were rows before and came from the same acceptance as their row, each once. */
  private async repeated(
    items: readonly EventEnvelope[],
    present: ReadonlyMap<string, EventEnvelope>,
  ): Promise<EventEnvelope[]> {
    const candidates = items.flatMap(({ uid, received_at, correlation_id }, position) =>
      present.has(uid) ? [{ position, uid, received_at, correlation_id }] : [],
    );
    const rows = await this.dataSource.query<{ position: number }[]>(REPEATED, [JSON.stringify(candidates)]);
    const repeated = new Map(rows.map(({ position }) => [items[position]!.uid, items[position]!]));
    return [...repeated.values()];
  }
}
