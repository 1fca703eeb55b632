import { createHash } from 'node:crypto';
import type { DataSource } from '@mcm/persistence';
import type { TrailFaultReason } from '../chain.js';

/** Entries in the trail of each case, of which the first four and the first eight have a published checkpoint. */
export const TRAIL_SIZE = 10;
export const CHECKPOINTED = [4, 8];

/** What a superuser of the database does to the trail, and what each verifier has to say about it. */
export interface TamperingCase {
  name: string;
  tamper(database: DataSource): Promise<unknown>;
  /** Null when the trail is valid. */
  broken: { seq: number; reason: TrailFaultReason } | null;
}

const sha256 = (...parts: (Buffer | string)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/** Makes all links again, as the function of the database would have, and the head. */
async function rebuild(database: DataSource): Promise<void> {
  const rows = await database.query<{ seq: string; body: string }[]>(
    'select seq, body from audit.entries order by seq',
  );
  let link: Buffer = Buffer.alloc(32);
  for (const { seq, body } of rows) {
    link = sha256(link, sha256('\0', body));
    await database.query('update audit.entries set link = $2 where seq = $1', [seq, link]);
  }
  await database.query('update audit.head set size = $1, link = $2', [rows.length, link]);
}

const edit = (database: DataSource, seq: number) =>
  database.query(
    `update audit.entries set body = replace(body, 'rule.changed', 'rule.ignored') where seq = $1`,
    [seq],
  );

/** Cuts the end off, and makes the head as if it had never been. */
const cut = (database: DataSource, kept: number) =>
  database.query(
    `with gone as (delete from audit.entries where seq > $1)
     update audit.head set size = $1,
       link = coalesce((select link from audit.entries where seq = $1), decode(repeat('00', 32), 'hex'))`,
    [kept],
  );

/** Moves entries from `from` on, and writes their new numbers into their texts. */
async function renumber(database: DataSource, from: number, by: number): Promise<void> {
  await database.query('update audit.entries set seq = -seq where seq >= $1', [from]);
  await database.query(
    `update audit.entries set seq = -seq + $1,
       body = regexp_replace(body, '"seq":\\d+}$', '"seq":' || (-seq + $1) || '}') where seq < 0`,
    [by],
  );
}

/** One list for everything that verifies a trail. */
export const TAMPERING: readonly TamperingCase[] = [
  { name: 'nothing is changed', tamper: () => Promise.resolve(), broken: null },
  {
    name: 'an entry is edited',
    tamper: (database) => edit(database, 6),
    broken: { seq: 6, reason: 'changed' },
  },
  {
    name: 'the first entry is edited',
    tamper: (database) => edit(database, 1),
    broken: { seq: 1, reason: 'changed' },
  },
  {
    name: 'a link is edited',
    tamper: (database) => database.query(`update audit.entries set link = sha256('') where seq = 9`),
    broken: { seq: 9, reason: 'changed' },
  },
  {
    name: 'the time of an entry is edited',
    tamper: (database) =>
      database.query(`update audit.entries set body = overlay(body placing '1999' from 8) where seq = 3`),
    broken: { seq: 3, reason: 'changed' },
  },
  {
    name: 'an entry is removed',
    tamper: (database) => database.query('delete from audit.entries where seq = 6'),
    broken: { seq: 6, reason: 'missing' },
  },
  {
    name: 'the first entry is removed',
    tamper: (database) => database.query('delete from audit.entries where seq = 1'),
    broken: { seq: 1, reason: 'missing' },
  },
  {
    name: 'two entries change places',
    tamper: (database) =>
      database.query(`update audit.entries e set body = o.body from audit.entries o
        where (e.seq, o.seq) in ((5, 6), (6, 5))`),
    broken: { seq: 5, reason: 'missing' },
  },
  {
    name: 'the last entries are removed, and the head is left',
    tamper: (database) => database.query('delete from audit.entries where seq > 8'),
    broken: { seq: 9, reason: 'missing' },
  },
  {
    name: 'the end is cut off with the head',
    tamper: (database) => cut(database, 6),
    broken: { seq: 7, reason: 'cut_off' },
  },
  {
    name: 'everything is truncated with the head',
    tamper: async (database) => {
      await database.query('truncate audit.entries, audit.personal_values');
      await cut(database, 0);
    },
    broken: { seq: 1, reason: 'cut_off' },
  },
  {
    name: 'an entry is edited and the chain is made again',
    tamper: async (database) => {
      await edit(database, 6);
      await rebuild(database);
    },
    broken: { seq: 5, reason: 'rewritten' },
  },
  {
    name: 'an early entry is edited and the chain is made again',
    tamper: async (database) => {
      await edit(database, 2);
      await rebuild(database);
    },
    broken: { seq: 1, reason: 'rewritten' },
  },
  {
    name: 'an entry is removed and the chain is made again',
    tamper: async (database) => {
      await database.query('delete from audit.entries where seq = 6');
      await renumber(database, 7, -1);
      await rebuild(database);
    },
    broken: { seq: 5, reason: 'rewritten' },
  },
  {
    name: 'an entry is made up and the chain is made again',
    tamper: async (database) => {
      await renumber(database, 6, 1);
      await database.query(`insert into audit.entries (seq, body, link)
        select 6, replace(body, '"seq":5}', '"seq":6}'), link from audit.entries where seq = 5`);
      await rebuild(database);
    },
    broken: { seq: 5, reason: 'rewritten' },
  },
  {
    name: 'the end is cut off, and others are appended',
    tamper: async (database) => {
      await cut(database, 6);
      const { entry } = JSON.parse(
        (await database.query<[{ body: string }]>('select body from audit.entries where seq = 1'))[0].body,
      ) as { entry: object };
      for (let n = 0; n < 4; n += 1)
        await database.query('select audit.append($1, $2)', [JSON.stringify(entry), '[]']);
    },
    broken: { seq: 5, reason: 'rewritten' },
  },
  {
    name: 'a name is replaced',
    tamper: (database) =>
      database.query(`update audit.personal_values set value = 'Eve' where seq = 5 and value like 'Ann%'`),
    broken: { seq: 5, reason: 'personal_changed' },
  },
  {
    name: 'a name is replaced together with its commitment',
    tamper: (database) =>
      database.query(`update audit.personal_values set value = 'Eve',
        sha256 = encode(sha256(decode(salt, 'hex') || 'Eve'::bytea), 'hex') where seq = 5 and value like 'Ann%'`),
    broken: { seq: 5, reason: 'personal_changed' },
  },
  {
    name: 'a person is erased',
    tamper: (database) => database.query(`select audit.erase('ann')`),
    broken: null,
  },
];
