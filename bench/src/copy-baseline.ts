import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ProducedEvent } from '@mcm/simulator';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { eventUid } from '@mcm/contracts';
import { createIndex, HOT_INDEXES } from '@mcm/persistence';

const COLUMNS =
  'uid, source, event_id, event_type, "user", "timestamp", received_at, correlation_id, raw_data';

const field = (text: string) =>
  text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');

function row(event: ProducedEvent, received: string): string {
  const source = 'api';
  return `${[
    eventUid(source, event.event_id),
    source,
    event.event_id,
    event.event_type,
    event.user,
    event.timestamp,
    received,
    'copy',
    JSON.stringify(event.raw_data),
  ]
    .map(field)
    .join('\t')}\n`;
}

/** COPYs events into a table with the columns of `events`; seconds. */
export async function copyInto(
  databaseUrl: string,
  table: string,
  events: readonly ProducedEvent[],
): Promise<number> {
  const received = new Date().toISOString();
  const lines = events.map((event) => row(event, received));
  const chunks: string[] = [];
  for (let i = 0; i < lines.length; i += 1000) chunks.push(lines.slice(i, i + 1000).join(''));
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const started = performance.now();
  await pipeline(Readable.from(chunks), client.query(copyFrom(`COPY ${table} (${COLUMNS}) FROM STDIN`)));
  const seconds = (performance.now() - started) / 1000;
  await client.end();
  return seconds;
}

/** The limit that the pipeline is measured against: a plain COPY into a table like a partition of `events` that is written to. */
export async function copyBaseline(databaseUrl: string, events: readonly ProducedEvent[]): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('DROP TABLE IF EXISTS copy_baseline');
  await client.query('CREATE TABLE copy_baseline (LIKE events INCLUDING DEFAULTS)');
  for (const index of HOT_INDEXES) await client.query(createIndex('copy_baseline', index));
  const seconds = await copyInto(databaseUrl, 'copy_baseline', events);
  await client.query('DROP TABLE copy_baseline');
  await client.end();
  return seconds;
}
