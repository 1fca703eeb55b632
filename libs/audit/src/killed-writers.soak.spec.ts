import { once } from 'node:events';
import { eventually, spawnSource } from '@mcm/testing';
import { type AuditDatabase, openAuditDatabase } from '../test/audit-database.js';
import { AuditReader, verifyTrail } from './index.js';

const WRITERS = 8;
const KILLS = 12;

let database: AuditDatabase;
beforeAll(async () => {
  database = await openAuditDatabase();
  await database.tamper('create table changes (writer text, turn int)');
});
afterAll(() => database.drop());

it('has an entry for each change and none without one, whichever writer is killed at whatever moment', async () => {
  const reader = new AuditReader(database.dataSource);
  const start = async (name: string) => {
    const child = spawnSource(new URL('../test/writer.ts', import.meta.url), { args: [database.url, name] });
    await once(child.stdout, 'data');
    return child;
  };
  const writers = await Promise.all(Array.from({ length: WRITERS }, (_, index) => start(`first-${index}`)));
  for (let kill = 0; kill < KILLS; kill += 1) {
    const { size } = await reader.head();
    await eventually(async () => (await reader.head()).size >= size + 20);
    const victim = writers.shift()!;
    victim.kill('SIGKILL');
    await once(victim, 'close');
    writers.push(await start(`next-${kill}`));
  }
  for (const writer of writers) writer.kill('SIGKILL');
  // The server has noticed that they are gone.
  await eventually(async () => {
    const [row] = await database.dataSource.query<{ open: number }[]>(
      `select count(*)::int as open from pg_stat_activity where application_name = 'audit-writer' and datname = current_database()`,
    );
    return row!.open === 0;
  });
  const report = await verifyTrail(reader, { name: 'test' }, []);
  expect(report).toMatchObject({ valid: true, fault: null });
  expect(report.entries).toBeGreaterThan(KILLS * 20);
  expect(
    await database.dataSource.query(`
      select count(*)::int as odd
        from changes c full join (select body::jsonb #> '{entry,after}' as after from audit.entries) e
          on e.after ->> 'writer' = c.writer and (e.after ->> 'turn')::int = c.turn
       where c.writer is null or e.after is null`),
  ).toEqual([{ odd: 0 }]);
  expect(await database.dataSource.query('select count(*)::int as entries from changes')).toEqual([
    { entries: report.entries },
  ]);
});
