import { type anEnvelope, createTestDatabase } from '@mcm/testing';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { type EventRange, eventLines } from '../src/index.js';

type Envelope = ReturnType<typeof anEnvelope>;

/** A database with events, as the archive reads them. */
export interface EventsDatabase {
  url: string;
  store(events: readonly Envelope[]): Promise<void>;
  /** The events of a range as PostgreSQL gives them. */
  lines(range: EventRange): AsyncIterable<Buffer>;
  query<T extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<T[]>;
  drop(): Promise<void>;
}

const INSERT = `
  insert into events (uid, source, event_id, event_type, "user", "timestamp", received_at, correlation_id, raw_data)
  select e.uid, e.source, e.event_id, e.event_type, e."user", e."timestamp", e.received_at, e.correlation_id, e.raw_data
    from jsonb_to_recordset($1) as e (uid uuid, source text, event_id text, event_type text, "user" text,
      "timestamp" timestamptz, received_at timestamptz, correlation_id text, raw_data jsonb)`;

export async function openEventsDatabase(): Promise<EventsDatabase> {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url, options: '-c TimeZone=UTC' });
  await client.connect();
  return {
    url: database.url,
    store: async (events) => {
      await client.query(INSERT, [JSON.stringify(events)]);
    },
    async *lines(range) {
      // A COPY that is not read to its end keeps its connection busy.
      const reader = new pg.Client({ connectionString: database.url, options: '-c TimeZone=UTC' });
      await reader.connect();
      try {
        yield* reader.query(copyTo(eventLines(range)));
      } finally {
        await reader.end();
      }
    },
    query: async (sql, values) => (await client.query(sql, values)).rows,
    drop: async () => {
      await client.end();
      await database.drop();
    },
  };
}

/** Pieces of nothing but what is given, each `size` bytes long. */
export async function* inPieces(lines: AsyncIterable<Buffer>, size: number): AsyncGenerator<Buffer> {
  for await (const chunk of lines)
    for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
}
