import { randomBytes } from 'node:crypto';
import { AppError } from '@mcm/kernel';
import pg from 'pg';

/** A database for one test file. */
export interface TestDatabase {
  url: string;
  /** Ends the sessions that are still open on it, and deletes it, and the role {@link applicationRole} where there is one. */
  drop(): Promise<void>;
}

/** What the test run offers: where a superuser may log in, and the name of a database with the current schema. */
interface TestServer {
  url: string;
  template: string;
}

/**
 * Creates a database with the current schema, of tables, queue and embedded bus alike: a copy of one that was migrated
 * once. It is in the server named by TEST_DATABASE_URL, or in the one that the test run offers; that one starts when it
 * is first asked for. Drop it in `afterAll`.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { url, template } = await testServer();
  return createDatabase(url, template);
}

/** Like {@link createTestDatabase}, without any schema: for tests of migrations. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const { url } = await testServer();
  return createDatabase(url, "template0 ENCODING 'UTF8'");
}

/** Deletes all rows in the tables of a schema, but for its `migration`, which lists what was migrated. */
export async function emptySchema(databaseUrl: string, schema: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ deletes: string }>(
      `SELECT string_agg(format('DELETE FROM %I.%I', schemaname, tablename), ';') AS deletes
         FROM pg_tables WHERE schemaname = $1 AND tablename <> 'migration'`,
      [schema],
    );
    await client.query(rows[0]!.deletes);
  });
}

async function createDatabase(serverUrl: string, template: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withClient(serverUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () =>
      withClient(serverUrl, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
        await client.query(`DROP ROLE IF EXISTS ${applicationRole(url.href)}`);
      }),
  };
}

/** A name for the role with which services log in to a database for tests: roles belong to the whole server. */
export function applicationRole(databaseUrl: string): string {
  return `${new URL(databaseUrl).pathname.slice(1)}_app`;
}

async function testServer(): Promise<TestServer> {
  const broker = process.env.TEST_DATABASE_BROKER;
  if (!broker) {
    throw new AppError(
      'unavailable',
      'TESTING.NO_DATABASE',
      'No PostgreSQL for tests: run them with vitest.config.mjs of the workspace.',
    );
  }
  const response = await fetch(broker);
  if (!response.ok) throw new AppError('unavailable', 'TESTING.NO_DATABASE', await response.text());
  return (await response.json()) as TestServer;
}

async function withClient(url: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
