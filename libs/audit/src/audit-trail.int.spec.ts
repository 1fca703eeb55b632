import { createHash } from 'node:crypto';
import { createDataSource, type DataSource } from '@mcm/persistence';
import { anEntry, type AuditDatabase, openAuditDatabase } from '../test/audit-database.js';
import { AuditTrail, Personal } from './index.js';

let database: AuditDatabase;
beforeAll(async () => {
  database = await openAuditDatabase();
});
afterAll(() => database.drop());
beforeEach(() =>
  database.tamper(`truncate audit.entries, audit.personal_values;
    update audit.head set size = 0, link = decode(repeat('00', 32), 'hex')`),
);

const rows = (dataSource = database.dataSource) =>
  dataSource.query<{ seq: string; body: string; link: Buffer }[]>(
    'select seq, body, link from audit.entries order by seq',
  );
const sha256 = (...parts: (Buffer | string)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

it('keeps each entry as canonical text, chained to the one before it', async () => {
  expect(await database.append()).toBe(1);
  expect(await database.append({ action: 'rules.reloaded', before: null, after: null })).toBe(2);
  const [first, second] = await rows();
  expect(first!.body).toMatch(
    /^\{"at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","entry":\{"action":"rule\.changed".*\},"seq":1\}$/,
  );
  const one = sha256(Buffer.alloc(32), sha256('\0', first!.body));
  expect(first!.link).toEqual(one);
  expect(second!.link).toEqual(sha256(one, sha256('\0', second!.body)));
});

it('holds names, addresses and mails as salted commitments, with the clear text apart', async () => {
  await database.append({
    action: 'person.invited',
    object: { type: 'person', id: 'bob', name: 'Bob Example' },
    before: null,
    after: { role: 'viewer', mails: [new Personal('bob@example.org')] },
  });
  const { body } = (await rows())[0]!;
  expect(body).not.toMatch(/Ann|Bob|203\.0|@/);
  const personal = await database.dataSource.query<Record<'sha256' | 'subject' | 'salt' | 'value', string>[]>(
    'select sha256, subject, salt, value from audit.personal_values order by value',
  );
  expect(personal.map(({ subject, value }) => [subject, value])).toEqual([
    ['ann', '203.0.113.7'],
    ['ann', 'Ann Example'],
    ['bob', 'Bob Example'],
    ['bob', 'bob@example.org'],
  ]);
  for (const { sha256: kept, salt, value } of personal) {
    expect(kept).toBe(sha256(Buffer.from(salt, 'hex'), value).toString('hex'));
    expect(body).toContain(`{"sha256":"${kept}"}`);
  }
});

it('erases what is known of a subject and leaves the chain as it is', async () => {
  await database.append();
  const before = await rows();
  expect(await database.dataSource.query('select audit.erase($1) as erased', ['ann'])).toEqual([
    { erased: '2' },
  ]);
  expect(await rows()).toEqual(before);
  expect(await database.dataSource.query('select value from audit.personal_values')).toEqual([
    { value: 'Failed sign-in' },
  ]);
});

it('keeps texts that PostgreSQL cannot hold in a form that it can', async () => {
  await database.append({ after: { reason: 'a\0b\ud800', 'na\0me': new Personal('\0') } });
  const { body } = (await rows())[0]!;
  expect(JSON.parse(body)).toMatchObject({ entry: { after: { reason: 'a\uFFFDb\uFFFD' } } });
});

it('refuses an entry that is too large, and the change with it', async () => {
  await database.dataSource.query('create table refused (id int)');
  const changing = database.dataSource.transaction(async (manager) => {
    await manager.query('insert into refused values (1)');
    await new AuditTrail().append(manager, anEntry({ after: { text: 'x'.repeat(40_000) } }));
  });
  await expect(changing).rejects.toMatchObject({ code: 'AUDIT.ENTRY_TOO_LARGE' });
  expect(await database.dataSource.query('select * from refused')).toEqual([]);
  expect(await rows()).toEqual([]);
});

it('has an entry for each change and none without one, without gaps, whatever is rolled back', async () => {
  await database.dataSource.query('create table changes (seq bigint)');
  const trail = new AuditTrail();
  const write = (writer: number, turn: number) =>
    database.dataSource
      .transaction(async (manager) => {
        const seq = await trail.append(manager, anEntry({ after: { writer, turn } }));
        await manager.query('insert into changes values ($1)', [seq]);
        if ((writer + turn) % 3 === 0) throw new Error('rolled back');
      })
      .catch((error: unknown) => {
        if ((error as Error).message !== 'rolled back') throw error;
      });
  await Promise.all(
    Array.from({ length: 8 }, async (_, writer) => {
      for (let turn = 0; turn < 15; turn += 1) await write(writer, turn);
    }),
  );
  const written = await rows();
  expect(written).toHaveLength(80);
  expect(written.map(({ seq }) => Number(seq))).toEqual(Array.from({ length: 80 }, (_, index) => index + 1));
  let link: Buffer = Buffer.alloc(32);
  for (const entry of written) {
    link = sha256(link, sha256('\0', entry.body));
    expect(entry.link).toEqual(link);
  }
  expect(
    await database.dataSource.query(
      'select count(*)::int as odd from changes full join audit.entries using (seq) where body is null or changes.seq is null',
    ),
  ).toEqual([{ odd: 0 }]);
});

describe('the role of the application', () => {
  let database: AuditDatabase;
  let application: DataSource;
  let login: string;
  beforeAll(async () => {
    database = await openAuditDatabase(2);
    login = `login_${new URL(database.url).pathname.slice(1)}`;
    await database.tamper(`create role ${login} login password 'secret' in role mcm_application`);
    const url = new URL(database.url);
    [url.username, url.password] = [login, 'secret'];
    application = await createDataSource({
      url: url.href,
      poolSize: 1,
      applicationName: 'audit-test',
    }).initialize();
  });
  afterAll(async () => {
    await application.destroy();
    await database.tamper(`drop owned by ${login}; drop role ${login}`);
    await database.drop();
  });

  it('appends, reads and erases', async () => {
    const seq = await application.transaction((manager) => new AuditTrail().append(manager, anEntry()));
    expect(seq).toBe(1);
    expect(await rows(application)).toHaveLength(1);
    expect(await application.query(`select audit.erase('ann') as erased`)).toEqual([{ erased: '2' }]);
  });

  it.each([
    `update audit.entries set link = link`,
    `update audit.head set size = 0`,
    `update audit.personal_values set value = ''`,
    `insert into audit.entries (seq, body, link) values (2, '{}', '')`,
    `insert into audit.personal_values values (1, '', 'ann', '', '')`,
    `delete from audit.entries`,
    `delete from audit.personal_values`,
    `truncate audit.entries`,
    `truncate audit.head`,
    `drop table audit.entries cascade`,
    `alter table audit.entries disable trigger all`,
    `alter table audit.entries add column more text`,
    `create trigger forget before insert on audit.entries for each row execute function suppress_redundant_updates_trigger()`,
    `create rule forget as on insert to audit.entries do instead nothing`,
    `create policy forget on audit.entries using (false)`,
    `alter table audit.entries owner to current_user`,
    `alter schema audit owner to current_user`,
    `alter function audit.append owner to current_user`,
    `create or replace function audit.append(entry text, personal jsonb) returns bigint language sql as 'select 1::bigint'`,
    `alter function audit.append(text, jsonb) set search_path = public`,
    `alter function audit.append(text, jsonb) security invoker`,
    `drop function audit.append(text, jsonb)`,
    `create function audit.sha256(bytea) returns bytea language sql as 'select $1'`,
    `create table audit.other (id int)`,
    `select size from audit.head for update`,
    `do $$ begin lock table audit.entries in share mode; end $$`,
    `set role mcm_audit`,
    `grant mcm_audit to current_user`,
    `select setval('audit.entries_seq', 1)`,
    `set session_replication_role = replica`,
  ])('may not: %s', async (statement) => {
    const before = await rows(application);
    await expect(application.query(statement)).rejects.toThrow(
      /permission denied|must be owner|must be able to SET ROLE|does not exist|no privileges/,
    );
    expect(await rows(application)).toEqual(before);
  });

  it('is not led astray by functions and tables of its own', async () => {
    const [{ link: before }] = await application.query<[{ link: Buffer }]>('select link from audit.head');
    await application.transaction(async (manager) => {
      await manager.query(`create function pg_temp.sha256(bytea) returns bytea language sql as 'select $1'`);
      await manager.query('create temp table entries (seq bigint, body text, link bytea)');
      await manager.query('set local search_path = pg_temp, public');
      await new AuditTrail().append(manager, anEntry());
    });
    const { body, link } = (await rows(application)).at(-1)!;
    expect(link).toEqual(sha256(before, sha256('\0', body)));
  });

  it.each([`'[]'`, `'1'`, `'{"a":1},"seq":5}'`, `'{'`, `null`, `'"' || repeat('x', 40000) || '"'`])(
    'may not append %s',
    async (entry) => {
      const before = await rows(application);
      await expect(application.query(`select audit.append(${entry}, '[]')`)).rejects.toThrow();
      expect(await rows(application)).toEqual(before);
    },
  );
});
