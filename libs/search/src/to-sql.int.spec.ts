import { canonicalName } from '@mcm/kernel';
import { createTestDatabase, effort, type TestDatabase } from '@mcm/testing';
import fc from 'fast-check';
import pg from 'pg';
import { randomEvent, randomQuery } from '../test/random-queries.js';
import { EVENTS } from './event-target.js';
import { matches } from './matches.js';
import { parseQuery } from './parse-query.js';
import type { Query } from './query.js';
import type { SearchRecord } from './search-target.js';
import { toSql } from './to-sql.js';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client(database.url);
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Positions of those events that the database finds. */
async function found(query: Query, events: readonly SearchRecord[]): Promise<number[]> {
  const parameters: unknown[] = [JSON.stringify(events)];
  const condition = toSql(query, EVENTS, (value) => `$${parameters.push(value)}`);
  const { rows } = await client.query<{ position: number }>(
    `select position from jsonb_to_recordset($1::jsonb) as e (position integer, source text, event_type text,
       "user" text, canonical_user text, event_id text, "timestamp" timestamptz, conflicts_with uuid, raw_data jsonb)
      where ${condition} order by position`,
    parameters,
  );
  return rows.map((row) => row.position);
}

it('finds with SQL what the tree finds in memory', async () => {
  let hits = 0;
  const events = fc.array(randomEvent, { minLength: 5, maxLength: 20 });
  const queries = fc.array(randomQuery, { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(events, queries, async (drafts, trees) => {
      const rows = drafts.map((event, position) => {
        const name = canonicalName(event.user);
        return {
          ...event,
          position,
          canonical_user: name === event.user ? null : name,
          conflicts_with: null,
        };
      });
      for (const tree of trees) {
        const expected = rows.filter((row) => matches(tree, EVENTS, row)).map((row) => row.position);
        expect(await found(tree, rows)).toEqual(expected);
        if (expected.length > 0 && expected.length < rows.length) hits++;
      }
    }),
    { numRuns: effort(60) },
  );
  // Queries that fit all or nothing would prove little.
  expect(hits).toBeGreaterThan(40);
});

it.each([
  `ip:"'; drop table events; --"`,
  `raw_data."'\\"]; $$ ?(@ == 1)":x`,
  `"') or true --":*`,
  'a:%',
  'a:_',
  '"\\\\":x',
  'a:>"z; select 1"',
  `x:"\ud83d\udca9"`,
])('takes %s for a value or a name, and for nothing else', async (text) => {
  const query = parseQuery(text, EVENTS);
  const event = { position: 0, source: 's', event_type: 't', user: 'u', event_id: 'e', raw_data: { a: 'b' } };
  expect(matches(query, EVENTS, event)).toBe(false);
  expect(await found(query, [event])).toEqual([]);
});
