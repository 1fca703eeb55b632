import { createTestDatabase } from '@mcm/testing';
import { scenariosOnOneSystem } from './one-system/scenarios.js';
import { startSystem } from '../support/system.js';

describe('The standalone profile', () => {
  scenariosOnOneSystem(async (env) => {
    const database = await createTestDatabase();
    return { system: await startSystem({ databaseUrl: database.url, env }), end: () => database.drop() };
  });
});
