import { createTestDatabase, describeWith } from '@mcm/testing';
import { DistributedSystem } from './distributed-system.js';
import { startOwnServers } from './own-servers.js';
import { startSystem, type System } from './system.js';

/** Starts a system on a database of its own, with these settings as environment variables. */
export type StartSystem = (env?: Readonly<Record<string, string>>) => Promise<System>;

interface Place {
  start: StartSystem;
  end(): Promise<void>;
}

/** A database for systems of the standalone profile, one after the other. */
async function standalonePlace(): Promise<Place> {
  const database = await createTestDatabase();
  return {
    start: (env = {}) => startSystem({ databaseUrl: database.url, env }),
    end: () => database.drop(),
  };
}

/** Servers for systems of the distributed profile, one after the other. */
async function distributedPlace(): Promise<Place> {
  const servers = await startOwnServers();
  return {
    start: (env = {}) =>
      DistributedSystem.start({
        ...servers.addresses,
        env,
      }),
    end: () => servers.stop(),
  };
}

/** Tells the same scenario on both profiles; whatever it has started is stopped at its end. */
export function describeOnEachProfile(name: string, scenario: (start: StartSystem) => void): void {
  const told = (place: () => Promise<Place>) => () => {
    let here: Place | undefined;
    const systems: System[] = [];
    beforeAll(async () => {
      here = await place();
    }, 240_000);
    afterAll(async () => {
      await Promise.all(systems.map((system) => system.stop()));
      await here?.end();
    }, 240_000);
    scenario(async (env) => {
      const system = await here!.start(env);
      systems.push(system);
      return system;
    });
  };
  describe(`${name} (standalone)`, told(standalonePlace));
  describeWith({ nats: 'own', redis: 'own' }, `${name} (distributed)`, told(distributedPlace));
}

/** Like {@link describeOnEachProfile}, with one system, of these settings, for all tests. */
export function describeOnSharedSystems(
  name: string,
  env: Readonly<Record<string, string>>,
  scenario: (system: () => System) => void,
): void {
  describeOnEachProfile(name, (start) => {
    let system: System | undefined;
    beforeAll(async () => {
      system = await start(env);
    }, 240_000);
    scenario(() => {
      if (system === undefined) throw new Error('The system has not been started');
      return system;
    });
  });
}
