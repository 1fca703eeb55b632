import type { EventEnvelope } from '@mcm/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { withConflictRetry } from '../conflict-retry.js';

import { copyRows, copyText } from '../copy-rows.js';
import { PIPELINE_DATA_SOURCE } from '../data-source.js';
import { isUniqueViolation } from '../database-errors.js';
import { jsonText, type TextBatch, textBatches } from '../text-batches.js';

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

/** Those of the uids ($1) that are rows already. */
const PRESENT = 'select uid from events where uid = any($1::uuid[])';

/** $1: `timestamp` of each new row. The day comes from what the column holds, which is rounded to milliseconds. */
const COUNT = `
  insert into event_daily_counts as counts (day, count)
  select ("timestamp" at time zone 'UTC')::date as day, count(*)
    from unnest($1::timestamptz(3)[]) as inserted ("timestamp") group by 1 order by 1
  on conflict (day) do update set count = counts.count + excluded.count`;

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
  constructor(@Inject(PIPELINE_DATA_SOURCE) private readonly dataSource: DataSource) {}

  /**
   * Stores each event once, however often and from wherever it comes. A batch of more text than one statement should
   * hold becomes several transactions: after a rejection a part of it may be stored, and recording it again is safe.
   */
  async recordBatch(envelopes: readonly EventEnvelope[]): Promise<RecordedBatch> {
    const result: RecordedBatch = { stored: [], repeated: [], duplicates: 0 };
    for (const batch of textBatches(envelopes, lineOf)) {
      const { stored, repeated, duplicates } = await withConflictRetry(
        () => this.record(batch),
        (error) => isUniqueViolation(error, 'events_uid_key'),
      );
      result.stored.push(...stored);
      result.repeated.push(...repeated);
      result.duplicates += duplicates;
    }
    return result;
  }

  /*
   * Rows that are there are looked for first, so that COPY can write the others: it costs half of an insert that gives
   * way to conflicts. Between the look and the COPY another process may write the same events; COPY then waits for it
   * and fails, and the transaction runs again and sees them. In the order of arrival, because ids are to follow it.
   */
  private async record({ items, texts }: TextBatch<EventEnvelope>): Promise<RecordedBatch> {
    const firsts = new Map<string, { envelope: EventEnvelope; line: string }>();
    items.forEach((envelope, i) => {
      if (!firsts.has(envelope.uid)) firsts.set(envelope.uid, { envelope, line: texts[i]! });
    });
    const present = new Map<string, EventEnvelope>();
    await this.dataSource.transaction(async ({ queryRunner }) => {
      const runner = queryRunner!;
      const rows = (await runner.query(PRESENT, [[...firsts.keys()]])) as { uid: string }[];
      for (const { uid } of rows) {
        present.set(uid, firsts.get(uid)!.envelope);
        firsts.delete(uid);
      }
      if (firsts.size === 0) return;
      const fresh = [...firsts.values()];
      await copyRows(
        runner,
        `events (${EVENT_COLUMNS})`,
        fresh.map(({ line }) => line),
      );
      await runner.query(COUNT, [fresh.map(({ envelope }) => envelope.timestamp)]);
    });
    const stored = [...firsts.values()].map(({ envelope }) => envelope);
    const repeated = present.size === 0 ? [] : await this.repeated(items, present);
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

/** An envelope as a row of COPY, in the order of the columns. */
function lineOf(envelope: EventEnvelope): string {
  return [
    envelope.uid,
    envelope.source,
    envelope.event_id,
    envelope.event_type,
    envelope.user,
    envelope.timestamp,
    envelope.received_at,
    envelope.correlation_id,
    jsonText(envelope.raw_data),
  ]
    .map(copyText)
    .join('\t');
}
