import { randomBytes } from 'node:crypto';
import { EmbeddedEventBus } from '@mcm/messaging/drivers/embedded';
import { createDataSource, migrate } from '@mcm/persistence';
import { createLogger } from '@mcm/platform';
import { PostgresJobQueue } from '@mcm/queue/drivers/postgres';
import pg from 'pg';

/** A database with the current schema that nothing is connected to, as `CREATE DATABASE … TEMPLATE` demands. */
export interface Template {
  name: string;
  drop(): Promise<void>;
}

/** Migrates a new database on this server: the tables, the queue and the embedded bus. */
export async function createTemplate(serverUrl: string): Promise<Template> {
  const name = `test_template_${randomBytes(8).toString('hex')}`;
  await onServer(serverUrl, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const dataSource = await createDataSource({
    url: url.href,
    poolSize: 2,
    applicationName: 'test-template',
  }).initialize();
  await migrate(dataSource);
  await dataSource.destroy();
  const store = {
    connection: { connectionString: url.href },
    log: createLogger({ service: 'test-template', level: 'silent' }),
  };
  await PostgresJobQueue.migrate(store);
  await EmbeddedEventBus.migrate(store);
  return { name, drop: () => onServer(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
