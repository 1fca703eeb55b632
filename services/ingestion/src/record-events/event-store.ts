import { ADVISORY_LOCKS, conflictUid, type EventEnvelope } from '@mcm/contracts';
import { canonicalName } from '@mcm/kernel';
import {
  boundsOf,
  columnList,
  COPY_NULL,
  copyRows,
  copyText,
  DataSource,
  type Day,
  EVENT_UID_KEYS,
  isUniqueViolation,
  jsonText,
  NEW_EVENT,
  PIPELINE_DATA_SOURCE,
  type QueryRunner,
  type TextBatch,
  textBatches,
  withConflictRetry,
} from '@mcm/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { countRecorded } from './count-recorded.js';
import { dayOfEvent, daysOfUntimed, type DaysOfUntimed } from './untimed-events.js';

/** The result for a batch; every envelope of it is counted once. */
export interface RecordedBatch {
  /** Became rows now, in the order of arrival; conflicts among them have the uid of their row. */
  stored: EventEnvelope[];
  /** Were rows already, written from this very acceptance: an earlier try of the same message. */
  repeated: EventEnvelope[];
  /** Copies within the batch, and events that another acceptance had turned into rows before. */
  duplicates: number;
  /** How many of `stored` have source and event_id of an earlier event, and other content. */
  conflicts: number;
}

/** Held until the end of the transaction. */
const ONE_AT_A_TIME = 'select pg_advisory_xact_lock($1)';

/** Those of the uids ($1) that are rows of a day, which lies from $2 to $3: the other partitions are left alone. */
const PRESENT = `
  select uid, content_hash, received_at, correlation_id from events
   where uid = any($1::uuid[]) and "timestamp" >= $2::timestamptz and "timestamp" <= $3::timestamptz`;

/** Most days of one transaction: it locks the partition of each, with its indexes. */
const MAX_DAYS = 32;

/** What has to be known of a row to tell whether an event is one. */
interface PresentRow {
  content_hash: string | null;
  received_at: Date;
  correlation_id: string;
}

/** An event that may become a row. */
interface NewRow {
  envelope: EventEnvelope;
  line: string;
}

/** Writes events and, with them, how many there are on each day. */
@Injectable()
export class EventStore {
  constructor(@Inject(PIPELINE_DATA_SOURCE) private readonly dataSource: DataSource) {}

  /**
   * Stores each event once, however often and from wherever it comes: an identity belongs to a day, so that the same source
   * and event_id with a time of another day are another event. The first event of an identity keeps it; one with other
   * content becomes a row of its own, a conflict. A batch of more text or days than one transaction should hold becomes
   * several: after a rejection a part of it may be stored, and recording it again is safe.
   */
  async recordBatch(envelopes: readonly EventEnvelope[]): Promise<RecordedBatch> {
    const result: RecordedBatch = { stored: [], repeated: [], duplicates: 0, conflicts: 0 };
    for (const some of withFewDays(envelopes)) {
      for (const batch of textBatches(some, lineOf)) {
        const { stored, repeated, duplicates, conflicts } = await withConflictRetry(
          (again) => this.record(batch, again),
          (error) => isUniqueViolation(error, EVENT_UID_KEYS),
        );
        result.stored.push(...stored);
        result.repeated.push(...repeated);
        result.duplicates += duplicates;
        result.conflicts += conflicts;
      }
    }
    return result;
  }

  /*
   * Rows that are there are looked for first, so that COPY can write the others: it costs half of an insert that gives
   * way to conflicts. Between the look and the COPY another process may write the same events; COPY then waits for it
   * and fails, and the transaction runs again and sees them. In the order of arrival, because ids are to follow it, so that
   * two with the same events in different orders may wait for each other; those that run again do so one after the other.
   */
  private async record({ items, texts }: TextBatch<EventEnvelope>, again: boolean): Promise<RecordedBatch> {
    const rows = new Map<string, NewRow>();
    const repeated = new Map<string, EventEnvelope>();
    await this.dataSource.transaction(async ({ queryRunner }) => {
      const runner = queryRunner!;
      if (again) await runner.query(ONE_AT_A_TIME, [ADVISORY_LOCKS.recordAgain]);
      const days = await daysOfUntimed(runner, items);
      const known = await present(runner, items, days);
      /** Hashes of what is a row or becomes one, by identity. */
      const hashes = new Map([...known].map(([key, { content_hash }]) => [key, content_hash]));
      const conflicts: EventEnvelope[] = [];
      for (const [i, item] of items.entries()) {
        const { content_hash = null } = item;
        const key = identityOf(item, days);
        const first = hashes.get(key);
        if (first === undefined) {
          hashes.set(key, content_hash);
          rows.set(key, { envelope: item, line: texts[i]! });
        } else if (first === null || content_hash === null || first === content_hash) {
          const row = known.get(key);
          if (row !== undefined && isOf(row, item)) repeated.set(key, item);
        } else {
          conflicts.push(conflictWith(item, content_hash));
        }
      }
      if (conflicts.length > 0) {
        const conflictDays = await daysOfUntimed(runner, conflicts);
        const knownConflicts = await present(runner, conflicts, conflictDays);
        for (const envelope of conflicts) {
          const key = identityOf(envelope, conflictDays);
          const row = knownConflicts.get(key);
          if (row === undefined) {
            if (!rows.has(key)) rows.set(key, { envelope, line: lineOf(envelope) });
          } else if (isOf(row, envelope)) repeated.set(key, envelope);
        }
      }
      if (rows.size === 0) return;
      const fresh = [...rows.values()];
      await copyRows(
        runner,
        `events (${columnList(NEW_EVENT)})`,
        fresh.map(({ line }) => line),
      );
      await countRecorded(
        runner,
        fresh.map(({ envelope }) => envelope),
      );
    });
    const stored = [...rows.values()].map(({ envelope }) => envelope);
    return {
      stored,
      repeated: [...repeated.values()],
      duplicates: items.length - stored.length - repeated.size,
      conflicts: stored.filter(({ conflicts_with }) => conflicts_with !== undefined).length,
    };
  }
}

/** The events in their order, in as few parts as needed for each to have at most {@link MAX_DAYS} days. */
function withFewDays(envelopes: readonly EventEnvelope[]): (readonly EventEnvelope[])[] {
  const parts: (readonly EventEnvelope[])[] = [];
  let days = new Set<string>();
  let start = 0;
  for (const [i, { timestamp }] of envelopes.entries()) {
    const day = timestamp.slice(0, 10);
    if (!days.has(day) && days.size === MAX_DAYS) {
      parts.push(envelopes.slice(start, i));
      start = i;
      days = new Set();
    }
    days.add(day);
  }
  parts.push(start === 0 ? envelopes : envelopes.slice(start));
  return parts;
}

/** An identity: the uid and its day. */
function identityOf(event: EventEnvelope, days: DaysOfUntimed): string {
  return `${event.uid} ${dayOfEvent(event, days)}`;
}

/** Those of the events that are rows, by identity. */
async function present(
  runner: QueryRunner,
  events: readonly EventEnvelope[],
  days: DaysOfUntimed,
): Promise<Map<string, PresentRow>> {
  const uidsOf = new Map<Day, Set<string>>();
  for (const event of events) {
    const day = dayOfEvent(event, days);
    const uids = uidsOf.get(day);
    if (uids === undefined) uidsOf.set(day, new Set([event.uid]));
    else uids.add(event.uid);
  }
  const rows = new Map<string, PresentRow>();
  for (const [day, uids] of uidsOf) {
    const { from, to } = boundsOf(day);
    const found = (await runner.query(PRESENT, [[...uids], from, to])) as (PresentRow & { uid: string })[];
    for (const row of found) rows.set(`${row.uid} ${day}`, row);
  }
  return rows;
}

/** Whether the row came from the very acceptance of the event, so that this is a second try of the same message. */
function isOf(row: PresentRow, { received_at, correlation_id }: EventEnvelope): boolean {
  return row.received_at.toISOString() === received_at && row.correlation_id === correlation_id;
}

/** The event as a conflict with the first one of its identity. */
function conflictWith(envelope: EventEnvelope, contentHash: string): EventEnvelope {
  const { uid, source, event_id } = envelope;
  return { ...envelope, uid: conflictUid(source, event_id, contentHash), conflicts_with: uid };
}

const COLUMNS = Object.keys(NEW_EVENT) as (keyof typeof NEW_EVENT)[];

/** An envelope as a row of COPY. */
function lineOf(envelope: EventEnvelope): string {
  const canonicalUser = canonicalName(envelope.user);
  const values: Record<keyof typeof NEW_EVENT, string> = {
    uid: envelope.uid,
    source: copyText(envelope.source),
    event_id: copyText(envelope.event_id),
    event_type: copyText(envelope.event_type),
    user: copyText(envelope.user),
    canonical_user: canonicalUser === envelope.user ? COPY_NULL : copyText(canonicalUser),
    timestamp: envelope.timestamp,
    received_at: envelope.received_at,
    correlation_id: copyText(envelope.correlation_id),
    raw_data: copyText(jsonText(envelope.raw_data)),
    content_hash: envelope.content_hash ?? COPY_NULL,
    conflicts_with: envelope.conflicts_with ?? COPY_NULL,
  };
  return COLUMNS.map((name) => values[name]).join('\t');
}
