import { ADVISORY_LOCKS, conflictUid, type EventEnvelope } from '@mcm/contracts';
import { canonicalName } from '@mcm/kernel';
import {
  columnList,
  COPY_NULL,
  copyRows,
  copyText,
  DataSource,
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

/** Those of the uids ($1) that are rows already. */
const PRESENT = 'select uid, content_hash from events where uid = any($1::uuid[])';

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
   * Stores each event once, however often and from wherever it comes. The first event of an identity keeps it; one with
   * other content becomes a row of its own, a conflict. A batch of more text than one statement should hold becomes
   * several transactions: after a rejection a part of it may be stored, and recording it again is safe.
   */
  async recordBatch(envelopes: readonly EventEnvelope[]): Promise<RecordedBatch> {
    const result: RecordedBatch = { stored: [], repeated: [], duplicates: 0, conflicts: 0 };
    for (const batch of textBatches(envelopes, lineOf)) {
      const { stored, repeated, duplicates, conflicts } = await withConflictRetry(
        (again) => this.record(batch, again),
        (error) => isUniqueViolation(error, 'events_uid_key'),
      );
      result.stored.push(...stored);
      result.repeated.push(...repeated);
      result.duplicates += duplicates;
      result.conflicts += conflicts;
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
    const known = new Set<string>();
    // Each item under the identity that its row has.
    let identified: EventEnvelope[] = [];
    await this.dataSource.transaction(async ({ queryRunner }) => {
      const runner = queryRunner!;
      if (again) await runner.query(ONE_AT_A_TIME, [ADVISORY_LOCKS.recordAgain]);
      const hashes = await present(runner, [...new Set(items.map(({ uid }) => uid))]);
      for (const uid of hashes.keys()) known.add(uid);
      const conflicts = new Set<string>();
      identified = items.map((item, i) => {
        const { uid, content_hash = null } = item;
        const first = hashes.get(uid);
        if (first === undefined) {
          hashes.set(uid, content_hash);
          rows.set(uid, { envelope: item, line: texts[i]! });
          return item;
        }
        if (first === null || content_hash === null || first === content_hash) return item;
        const envelope = conflictWith(item, content_hash);
        if (!rows.has(envelope.uid)) rows.set(envelope.uid, { envelope, line: lineOf(envelope) });
        conflicts.add(envelope.uid);
        return envelope;
      });
      if (conflicts.size > 0) {
        for (const uid of (await present(runner, [...conflicts])).keys()) {
          known.add(uid);
          rows.delete(uid);
        }
      }
      if (rows.size === 0) return;
      const fresh = [...rows.values()];
      await copyRows(
        runner,
        `events (${columnList(NEW_EVENT)})`,
        fresh.map(({ line }) => line),
      );
      await runner.query(COUNT, [fresh.map(({ envelope }) => envelope.timestamp)]);
    });
    const stored = [...rows.values()].map(({ envelope }) => envelope);
    const repeated = known.size === 0 ? [] : await this.repeated(identified, known);
    return {
      stored,
      repeated,
      duplicates: items.length - stored.length - repeated.length,
      conflicts: stored.filter(({ conflicts_with }) => conflicts_with !== undefined).length,
    };
  }

  /** Those that were rows before and came from the same acceptance as their row, each once. */
  private async repeated(
    items: readonly EventEnvelope[],
    known: ReadonlySet<string>,
  ): Promise<EventEnvelope[]> {
    const candidates = items.flatMap(({ uid, received_at, correlation_id }, position) =>
      known.has(uid) ? [{ position, uid, received_at, correlation_id }] : [],
    );
    const rows = await this.dataSource.query<{ position: number }[]>(REPEATED, [JSON.stringify(candidates)]);
    const repeated = new Map(rows.map(({ position }) => [items[position]!.uid, items[position]!]));
    return [...repeated.values()];
  }
}

/** The hashes of content of those of the uids that are rows. */
async function present(runner: QueryRunner, uids: readonly string[]): Promise<Map<string, string | null>> {
  const rows = (await runner.query(PRESENT, [uids])) as { uid: string; content_hash: string | null }[];
  return new Map(rows.map(({ uid, content_hash }) => [uid, content_hash]));
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
