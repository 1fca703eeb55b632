import { createDataSource } from './data-source.js';
import { FindingReader } from './readers/index.js';
import { DeadLetters } from './stores/dead-letters.js';
import { callThroughOutages, createMigratedDatabase, type MigratedDatabase } from './testing/index.js';

describe('createDataSource', () => {
  let database: MigratedDatabase;
  beforeAll(async () => {
    database = await createMigratedDatabase();
  });
  afterAll(() => database.drop());

  it('opens nothing by itself', () => {
    const dataSource = createDataSource({ url: database.url, poolSize: 1, applicationName: 'idle' });
    expect(dataSource.isInitialized).toBe(false);
  });

  it('names itself, works in UTC and ends statements that take too long', async () => {
    const dataSource = createDataSource({
      url: database.url,
      poolSize: 1,
      applicationName: 'named',
      statementTimeoutMs: 100,
    });
    await dataSource.initialize();
    const settings = await dataSource.query(
      `select current_setting('application_name') as name, current_setting('TimeZone') as zone`,
    );
    expect(settings).toEqual([{ name: 'named', zone: 'UTC' }]);
    await expect(dataSource.query('select pg_sleep(10)')).rejects.toMatchObject({
      driverError: { code: '57014' },
    });
    await dataSource.destroy();
  });

  it('rejects calls as unavailable while the server is away, and then works again', async () => {
    const lost: Error[] = [];
    const errors = await callThroughOutages(
      database.url,
      (dataSource) => [
        () => new FindingReader(dataSource).byId('1'),
        () => new DeadLetters(dataSource).markRedriven([1]),
      ],
      (error) => lost.push(error),
    );
    const unavailable = { name: 'AppError', kind: 'unavailable', code: 'PERSISTENCE.UNAVAILABLE' };
    expect(errors).toEqual(Array.from({ length: 4 }, () => expect.objectContaining(unavailable)));
    // Idle connections of the pool were cut as well: that was reported, and did not end the process.
    expect(lost.length).toBeGreaterThan(0);
  });
});
