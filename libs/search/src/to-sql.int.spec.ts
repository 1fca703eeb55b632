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
import { indexedWordsSql } from './sought-words.js';
import { toSql } from './to-sql.js';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client(database.url);
  await client.connect();
  await client.query(`
    create table closed_day (position integer, source text, event_type text, "user" text, canonical_user text, event_id text,
      "timestamp" timestamptz, conflicts_with uuid, raw_data jsonb);
    create index words_gin on closed_day
      using gin (event_words(source, event_type, "user", canonical_user, event_id, raw_data));
    set enable_seqscan = off`);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function store(events: readonly SearchRecord[]): Promise<void> {
  await client.query('truncate closed_day');
  await client.query('insert into closed_day select * from jsonb_populate_recordset(null::closed_day, $1)', [
    JSON.stringify(events),
  ]);
}

/** Positions of those events that the database finds, without and with the index of their words. */
async function found(query: Query): Promise<{ plain: number[]; indexed: number[] }> {
  const positions = async (indexed: boolean) => {
    const parameters: unknown[] = [];
    const parameter = (value: unknown) => `$${parameters.push(value)}`;
    const words = indexed ? indexedWordsSql(query, EVENTS, parameter) : null;
    const { rows } = await client.query<{ position: number }>(
      `select position from closed_day e where ${words ?? 'true'} and ${toSql(query, EVENTS, parameter)}
        order by position`,
      parameters,
    );
    return rows.map((row) => row.position);
  };
  return { plain: await positions(false), indexed: await positions(true) };
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
      await store(rows);
      for (const tree of trees) {
        const expected = rows.filter((row) => matches(tree, EVENTS, row)).map((row) => row.position);
        expect(await found(tree)).toEqual({ plain: expected, indexed: expected });
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
  await store([event]);
  expect(await found(query)).toEqual({ plain: [], indexed: [] });
});

const MANY_WORDS = Array.from({ length: 3000 }, (_, n) => `word${n}`).join(' ');

it.each([
  ['n:5', '{"n":5.00}'],
  ['n:05', '{"n":5}'],
  ['n:05', '{"n":"05"}'],
  ['n:4.50', '{"n":[0,4.5]}'],
  ['n:-4.5', '{"n":-4.500}'],
  ['n:0', '{"n":-0.0}'],
  ['n:1000', '{"n":1e3}'],
  ['n:100*', '{"n":1e3}'],
  ['n:abc.*', '{"n":"abc. def"}'],
  ['n:*c.d*f', '{"n":"abc.def"}'],
  ['n:a*c', '{"n":"a...c"}'],
  ['errorCode:*', '{"errorCode":false}'],
  ['three', String.raw`{"n":"one\ntwo\nthree"}`],
  ['one', String.raw`{"n":"\u0001one\"two\\three"}`],
  ['three', String.raw`{"n":"\u0001one\"two\\three"}`],
  ['u0001x', String.raw`{"n":"\\u0001x"}`],
  ['ｗｉｄｅ or none', '{"n":"ｗｉｄｅ"}'],
  ['word2999', `{"n":"${MANY_WORDS}"}`],
  ['"word7 word8"', `{"n":"${MANY_WORDS}","m":"word7"}`],
  [`${'w'.repeat(80)}*`, `{"n":"${'W'.repeat(100)}"}`],
  ['end', `{"n":"${'x'.repeat(300_000)} end"}`],
  ['alice.example', '{"user":"x alice.example."}'],
])('finds %s in %s by the index, too', async (text, json) => {
  await store([]);
  await client.query(`insert into closed_day values (1, 's', 't', 'u', null, 'e', now(), null, $1)`, [json]);
  expect(await found(parseQuery(text, EVENTS))).toEqual({ plain: [1], indexed: [1] });
});

it('asks for the words that a query cannot do without, and for none when there are no such', () => {
  const sought = (text: string) => {
    const parameters: unknown[] = [];
    indexedWordsSql(parseQuery(text, EVENTS), EVENTS, (value) => `$${parameters.push(value)}`);
    return parameters[0] ?? null;
  };
  expect(sought('ip:203.0.113.11')).toBe(`'203.0.113.11' | '*'`);
  expect(sought('user:ALICE and not x')).toBe(`'alice' | '*'`);
  expect(sought('pay* b')).toBe(`('pay':* & 'b') | '*'`);
  expect(sought('code:5')).toBe(`('5' | '5.':*) | '*'`);
  expect(sought('a.b:>5')).toBe(`('a' & 'b') | '*'`);
  expect(sought('source:api or event_type:x-y')).toBe(`('api' | ('x' & 'y')) | '*'`);
  for (const none of ['source:api or not x', 'not x', 'event_id:*', 'timestamp:>2026-01-01', '-a:b']) {
    expect(sought(none)).toBeNull();
  }
});
