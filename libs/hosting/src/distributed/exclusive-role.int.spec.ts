import { createLogger } from '@mcm/platform';
import { createTestDatabase, eventually, type TestDatabase } from '@mcm/testing';
import pg from 'pg';
import { ExclusiveRole } from './exclusive-role.js';

const LOCK = 42;

describe('ExclusiveRole', () => {
  let database: TestDatabase;
  const held: ExclusiveRole[] = [];
  const stop = new AbortController();
  const waitFor = async (name: string, onStandby: () => void = () => undefined) => {
    const role = await ExclusiveRole.waitFor({
      databaseUrl: database.url,
      lock: LOCK,
      name,
      logger: createLogger({ service: 'test', level: 'silent' }),
      onStandby,
      signal: stop.signal,
    });
    if (role) held.push(role);
    return role;
  };
  /** Ends the connection as the death of its process or of the network does. */
  const cut = async (name: string) => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1', [
      name,
    ]);
    await client.end();
  };

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    stop.abort();
    await Promise.all(held.map((role) => role.release()));
    await database.drop();
  });

  it('is had by one; the next gets it when it is given up, or when its connection is gone', async () => {
    const first = await waitFor('first');
    let standby = 0;
    let second: ExclusiveRole | null = null;
    const waiting = waitFor('second', () => (standby += 1)).then((role) => (second = role));
    await eventually(() => standby === 1);
    expect(second).toBeNull();
    await first!.release();
    await waiting;
    expect(second).not.toBeNull();

    let third: ExclusiveRole | null = null;
    const next = waitFor('third', () => (standby += 1)).then((role) => (third = role));
    await eventually(() => standby === 2);
    await cut('second');
    await expect(second!.lost).resolves.toEqual(expect.any(String));
    await next;
    expect(third).not.toBeNull();
    await third!.release();
  });

  it('goes on waiting over a lost connection, and can be told to stop', async () => {
    const role = await waitFor('holder');
    let standby = 0;
    const waiting = waitFor('patient', () => (standby += 1));
    await eventually(() => standby === 1);
    await cut('patient');
    await eventually(() => standby === 2);
    stop.abort();
    await expect(waiting).resolves.toBeNull();
    await role!.release();
  });
});
