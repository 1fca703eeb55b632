import { createTestDatabase } from '@mcm/testing';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../data-source.js';

/** A database of its own with the present schema, and a pool on it. */
export interface MigratedDatabase {
  url: string;
  dataSource: DataSource;
  /** Ends the pool and deletes the database. */
  drop(): Promise<void>;
}

export async function createMigratedDatabase(poolSize = 8): Promise<MigratedDatabase> {
  const { url, drop } = await createTestDatabase();
  const dataSource = createDataSource({ url, poolSize, applicationName: 'test' });
  await dataSource.initialize();
  return {
    url,
    dataSource,
    drop: async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
      await drop();
    },
  };
}
