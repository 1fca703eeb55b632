import { createDataSource, type DataSource } from '@mcm/persistence';
import { createTestDatabase } from '@mcm/testing';

/** A database of its own with the present schema, and a pool on it. */
export interface MigratedDatabase {
  url: string;
  dataSource: DataSource;
  /** Ends the pool and deletes the database. */
  drop(): Promise<void>;
}

export async function createMigratedDatabase(): Promise<MigratedDatabase> {
  const { url, drop } = await createTestDatabase();
  const dataSource = createDataSource({ url, poolSize: 12, applicationName: 'ai-worker-test' });
  await dataSource.initialize();
  return {
    url,
    dataSource,
    drop: async () => {
      await dataSource.destroy();
      await drop();
    },
  };
}
