import { randomBytes } from 'node:crypto';
import { AppError } from '@mcm/kernel';
import pg from 'pg';

/** An empty database for one test file. */
export interface TestDatabase {
  url: string;
  /** Ends the sessions that are still open on it, and deletes it. */
  drop(): Promise<void>;
}

/**
 * Creates an empty database in the server named by TEST_DATABASE_URL, or in the one that the test run offers; that one
 * starts when it is first asked for. Drop it in `afterAll`.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await testServerUrl();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withClient(server, (client) =>
    client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`),
  );
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    drop: () => withClient(server, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

/** Where the PostgreSQL for tests is; a superuser may log in. */
export async function testServerUrl(): Promise<string> {
  if (process.env.TEST_DATABASE_URL) return process.env.TEST_DATABASE_URL;
  const broker = process.env.TEST_DATABASE_BROKER;
  if (!broker) {
    throw new AppError(
      'unavailable',
      'TESTING.NO_DATABASE',
      'No PostgreSQL for tests: run them with jest.config.mjs of the workspace, or set TEST_DATABASE_URL.',
    );
  }
  const response = await fetch(broker);
  const answer = await response.text();
  if (!response.ok) throw new AppError('unavailable', 'TESTING.NO_DATABASE', answer);
  return answer;
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
