import { createHmac, randomUUID } from 'node:crypto';
import { createDataSource, DeadLetterReader } from '@mcm/persistence';
import { createTestDatabase, type TestDatabase } from '@mcm/testing';
import type { DataSource } from 'typeorm';
import { type RunningIntake, startIntake } from '../../test/running-intake.js';

const SECRET = 'a long random secret';
const signed = (body: string) => ({
  'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
});

describe('deliveries of a source that signs', () => {
  let testDatabase: TestDatabase;
  let database: DataSource;
  /** Two processes of ingestion on one database. */
  let intakes: RunningIntake[];
  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = createDataSource({ url: testDatabase.url, poolSize: 4, applicationName: 'senders-test' });
    await database.initialize();
  });
  beforeEach(() => {
    intakes = [1, 2].map(() => startIntake({ secrets: { github: SECRET } }, database));
  });
  afterEach(() => Promise.all(intakes.map((intake) => intake.close())));
  afterAll(async () => {
    await database.destroy();
    await testDatabase.drop();
  });

  const payload = (fields: object = {}) =>
    JSON.stringify({ action: 'publicized', repository: { full_name: `example/${randomUUID()}` }, ...fields });
  const deliver = (body: string, delivery: string, event = 'repository', to = 0) =>
    intakes[to]!.submit('github', body, {
      ...signed(body),
      'x-github-event': event,
      'x-github-delivery': delivery,
    });
  const letters = async () => {
    const { items } = await new DeadLetterReader(database).page({}, { limit: 1, offset: 0 });
    return items[0]!;
  };

  it('takes a redelivery under its own id, by any process', async () => {
    const body = payload();
    await expect(deliver(body, 'd-1')).resolves.toMatchObject({ accepted: 1 });
    await expect(deliver(body, 'd-1', 'repository', 1)).resolves.toMatchObject({ accepted: 1 });
    expect(intakes[1]!.published[0]!.uid).toBe(intakes[0]!.published[0]!.uid);
  });

  it('refuses the same body and signature under another id, or as another event, at any process', async () => {
    const body = payload();
    await deliver(body, 'd-2');
    for (const [delivery, event] of [
      ['d-3', 'repository'],
      ['d-2', 'push'],
      ['', 'repository'],
    ] as const) {
      await expect(deliver(body, delivery, event, 1)).rejects.toMatchObject({
        kind: 'conflict',
        code: 'SOURCE.REPLAYED',
        message: expect.stringContaining('"d-2"'),
      });
    }
    expect(intakes[1]!.published).toEqual([]);
  });

  it('remembers what was taken, not what was refused', async () => {
    const body = payload({ deep: JSON.parse('{"a":'.repeat(70) + '1' + '}'.repeat(70)) as unknown });
    await expect(deliver(body, 'd-4')).resolves.toMatchObject({ accepted: 0 });
    await expect(deliver(body, 'd-5')).resolves.toMatchObject({ accepted: 0 });
  });

  it('takes a delivery that could not be stored when it comes again', async () => {
    const body = payload();
    intakes[0]!.fillBus(true);
    await expect(deliver(body, 'd-7')).rejects.toMatchObject({ kind: 'unavailable' });
    intakes[0]!.fillBus(false);
    await expect(deliver(body, 'd-7')).resolves.toMatchObject({ accepted: 1 });
    await expect(deliver(body, 'd-8')).rejects.toMatchObject({ code: 'SOURCE.REPLAYED' });
  });

  it('tries a refused item again as what it was, with what its sender had proved', async () => {
    const body = payload({ deep: JSON.parse('{"a":'.repeat(70) + '1' + '}'.repeat(70)) as unknown });
    await expect(deliver(body, 'd-6')).resolves.toMatchObject({ accepted: 0 });
    const letter = await letters();
    expect(letter).toMatchObject({
      verified: true,
      headers: { 'x-github-event': 'repository', 'x-github-delivery': 'd-6' },
    });
    const deeper = startIntake({ secrets: { github: SECRET }, depthLimit: 100 }, database);
    await expect(deeper.redrive(letter.id)).resolves.toMatchObject({ accepted: 1, rejected: [] });
    expect(deeper.published).toMatchObject([
      { source: 'github', event_id: 'd-6', event_type: 'github.repository.publicized' },
    ]);
    await deeper.close();
  });

  it('does not try an item again whose sender had proved nothing', async () => {
    const open = startIntake({}, database);
    await open.submit('github', [{ action: 7 }]);
    const { id } = await letters();
    await expect(intakes[0]!.redrive(id)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'DEAD_LETTERS.NOT_VERIFIED',
    });
    await expect(open.redrive(id)).resolves.toMatchObject({ accepted: 0 });
    await open.close();
    await expect(open.redrive(1_000_000)).rejects.toMatchObject({ kind: 'not-found' });
  });
});
