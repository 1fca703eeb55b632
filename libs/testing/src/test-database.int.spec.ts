import pg from 'pg';
import { createTestDatabase } from './test-database.js';

it('gives every caller an empty database of its own, and takes it back', async () => {
  const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
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
