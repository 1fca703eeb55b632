import { createTestDatabase, type TestDatabase } from '@mcm/testing';
import { startSystem, type System } from './system.js';

/** One system on a database of its own for all tests of a file. */
export function sharedSystem(env: Readonly<Record<string, string>> = {}): () => System {
  let system: System | undefined;
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    database = await createTestDatabase();
    system = await startSystem({ databaseUrl: database.url, env });
  }, 90_000);
  afterAll(async () => {
    await system?.stop();
    await database?.drop();
  });
  return () => {
    if (system === undefined) throw new Error('The system has not been started');
    return system;
  };
}
