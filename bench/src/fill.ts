import { generateEvents } from '@mcm/simulator';
import pg from 'pg';
import { copyInto } from './copy-baseline.js';

const DAY = 24 * 3600 * 1000;
const CHUNK = 50_000;

async function count(client: pg.Client, table: 'events' | 'findings'): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
  return Number(rows[0]!.count);
}

/**
 * Fills the tables of a database up to the given sizes, much faster than events could be pushed, and brings the counts
 * in line. Findings are copies of what the rules have found, spread over users and days.
 */
export async function fillTo(
  databaseUrl: string,
  target: { events: number; findings: number },
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  let events = await count(client, 'events');
  const to = Date.now() - 2 * 3600 * 1000;
  const pattern = generateEvents({ count: CHUNK, from: to - 30 * DAY, to, seed: 1 });
  while (events < target.events) {
    const size = Math.min(CHUNK, target.events - events);
    // The same course of events under other identities: what is stored is what counts here.
    const copies = pattern
      .slice(0, size)
      .map((event) => ({ ...event, event_id: `${event.event_id}/${events}` }));
    await copyInto(databaseUrl, 'events', copies);
    events += size;
  }
  const missing = target.findings - (await count(client, 'findings'));
  if (missing > 0) {
    await client.query(
      `INSERT INTO findings (finding_key, kind, rule_id, rule_name, rule_hash, title, description, severity, "user",
                             group_key, first_seen, last_seen, event_count, event_uids, reasons, controls, revision,
                             first_received_at, created_at, updated_at)
       SELECT gen_random_uuid(), 'event', f.rule_id, f.rule_name, f.rule_hash, f.title, f.description, f.severity,
              f."user", NULL, f.first_seen, f.last_seen, f.event_count, f.event_uids, f.reasons, f.controls, 1,
              f.first_received_at, f.created_at - n * interval '2 seconds', f.updated_at
       FROM (SELECT count(*) AS size FROM findings) AS known
       CROSS JOIN LATERAL (SELECT n, n % known.size + 1 AS place FROM generate_series(1, $1::int) AS n) AS wanted
       JOIN (SELECT *, row_number() OVER (ORDER BY id) AS place FROM findings) AS f USING (place)`,
      [missing],
    );
  }
  await client.query('BEGIN');
  await client.query('TRUNCATE event_daily_counts, finding_daily_counts, finding_user_daily_counts');
  await client.query(
    `INSERT INTO event_daily_counts (day, count)
     SELECT ("timestamp" AT TIME ZONE 'UTC')::date, count(*) FROM events GROUP BY 1`,
  );
  await client.query(
    `INSERT INTO finding_daily_counts (day, severity, count)
     SELECT (created_at AT TIME ZONE 'UTC')::date, severity, count(*) FROM findings GROUP BY 1, 2`,
  );
  await client.query(
    `INSERT INTO finding_user_daily_counts ("user", day, severity, count)
     SELECT coalesce(canonical_user, "user"), (created_at AT TIME ZONE 'UTC')::date, severity, count(*) FROM findings GROUP BY 1, 2, 3`,
  );
  await client.query('COMMIT');
  await client.query('VACUUM ANALYZE');
  await client.end();
}
