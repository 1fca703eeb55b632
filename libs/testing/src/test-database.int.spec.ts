import pg from 'pg';
import { createEmptyDatabase, createTestDatabase } from './test-database.js';

it('gives every caller an empty database of its own, and takes it back', async () => {
  const [first, second] = await Promise.all([createEmptyDatabase(), createEmptyDatabase()]);
  expect(first.url).not.toBe(second.url);

  const client = new pg.Client({ connectionString: first.url });
  await client.connect();
  await client.query('CREATE TABLE kept (id integer)');
  const lost = new Promise((resolve) => client.on('error', resolve));
  await first.drop();
  await expect(lost).resolves.toBeInstanceOf(Error);

  const other = new pg.Client({ connectionString: second.url });
  await other.connect();
  const { rows } = await other.query("SELECT to_regclass('kept') AS kept");
  expect(rows).toEqual([{ kept: null }]);
  await other.end();
  await second.drop();

  await expect(new pg.Client({ connectionString: first.url }).connect()).rejects.toThrow('does not exist');
});

it('gives a database with the current schema of tables, queue and bus', async () => {
  const { url, drop } = await createTestDatabase();
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    "SELECT to_regclass('findings')::text AS findings, to_regclass('queue.job')::text AS job",
  );
  expect(rows).toEqual([{ findings: 'findings', job: 'queue.job' }]);
  await client.end();
  await drop();
});
