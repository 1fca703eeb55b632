import { createDataSource } from '@mcm/persistence';
import { SOURCES } from '@mcm/sources';
import { doors } from '@mcm/sources/testing';
import { createTestDatabase, type TestDatabase } from '@mcm/testing';
import type { DataSource } from 'typeorm';
import { EventStore } from '../../src/record-events/event-store.js';
import { startIntake } from '../running-intake.js';

/** The recipe of docs/sources.md, from a request to a row. */
describe('a source that was added to the list', () => {
  let testDatabase: TestDatabase;
  let database: DataSource;
  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = createDataSource({ url: testDatabase.url, poolSize: 2, applicationName: 'new-source-test' });
    await database.initialize();
  });
  afterAll(async () => {
    await database.destroy();
    await testDatabase.drop();
  });

  it('has its records stored as events, once its vendor has proved itself', async () => {
    const intake = startIntake({ sources: [...SOURCES, doors], secrets: { doors: 'open sesame' } }, database);
    const body = doors.example.wrap([doors.example.record]);
    await expect(intake.submit('doors', body)).rejects.toMatchObject({ code: 'SOURCE.WRONG_SECRET' });
    expect(await intake.submit('doors', body, { 'x-acme-token': 'open sesame' })).toMatchObject({
      received: 1,
      accepted: 1,
    });
    await new EventStore(database).recordBatch(intake.published);
    const rows: unknown = await database.query(
      'select source, event_id, event_type, "user", timestamp, raw_data from events',
    );
    expect(rows).toEqual([
      {
        source: 'doors',
        event_id: 'p-1',
        event_type: 'doors.opened',
        user: 'dana',
        timestamp: new Date('2026-11-23T10:00:00Z'),
        raw_data: doors.example.record,
      },
    ]);
    await intake.close();
  });

  it('has a name that no other producer may use', async () => {
    const intake = startIntake({ sources: [...SOURCES, doors] }, database);
    const forged = { source: 'Doors', event_type: 'x', user: 'mallory' };
    expect(await intake.submit('events', forged)).toMatchObject({ rejected: [{ code: 'SOURCE.RESERVED' }] });
    await intake.close();
  });
});
