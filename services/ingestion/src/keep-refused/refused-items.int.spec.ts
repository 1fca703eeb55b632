import type { DeadLetter } from '@mcm/contracts';
import { createDataSource, DeadLetterReader, DeadLetters } from '@mcm/persistence';
import { createLogger, MetricsRegistry } from '@mcm/platform';
import { PostgresJobQueue } from '@mcm/queue/drivers/postgres';
import { createTestDatabase, type TestDatabase } from '@mcm/testing';
import type { DataSource } from 'typeorm';
import { ARRIVAL, startIntake } from '../../test/running-intake.js';
import { RemoveDeadLettersWorker } from '../maintain-storage/remove-dead-letters.worker.js';
import { IngestionConfig } from '../ingestion.config.js';
import { DeadLetterQuota } from './dead-letter-quota.js';
import { RefusedItems } from './refused-items.js';

const DAY_MS = 86_400_000;
const logger = createLogger({ service: 'refused-items-test', level: 'fatal' });

describe('What is kept of refused items', () => {
  let testDatabase: TestDatabase;
  let database: DataSource;
  beforeAll(async () => {
    testDatabase = await createTestDatabase();
    database = createDataSource({
      url: testDatabase.url,
      poolSize: 4,
      applicationName: 'refused-items-test',
    });
    await database.initialize();
  });
  beforeEach(() => database.query('truncate dead_letters, dead_letter_days'));
  afterAll(async () => {
    await database.destroy();
    await testDatabase.drop();
  });

  const letter = (overrides: Partial<DeadLetter> = {}): DeadLetter => ({
    origin: 'ingest',
    subject: 'events',
    consumer: 'accept-events',
    code: 'EVENT.INVALID',
    reason: 'user is missing',
    message: 'x'.repeat(1_000),
    truncated: false,
    tries: 1,
    failed_at: '2026-11-23T10:00:00.000Z',
    ...overrides,
  });
  const keeping = (quotaBytes: number, metrics = new MetricsRegistry()) =>
    new RefusedItems(
      new DeadLetters(database),
      new DeadLetterQuota(database),
      Object.assign(new IngestionConfig(), { deadLetterQuotaBytes: quotaBytes }),
      logger,
      metrics,
    );
  const kept = async () => (await new DeadLetterReader(database).page({}, { limit: 500, offset: 0 })).items;

  it('is bounded for each endpoint and day, over all processes', async () => {
    const metrics = new MetricsRegistry();
    const [one, other] = [keeping(10_000, metrics), keeping(10_000)];
    for (let n = 0; n < 20; n += 1) await (n % 2 === 0 ? one : other).add([letter()]);
    const letters = await kept();
    expect(letters.filter(({ code }) => code === 'EVENT.INVALID')).toHaveLength(9);
    expect(letters.filter(({ code }) => code === 'INTAKE.QUOTA_USED')).toMatchObject([
      {
        subject: 'events',
        truncated: true,
        reason: expect.stringContaining('INGEST_DEAD_LETTER_QUOTA_BYTES'),
      },
    ]);
    expect(await metrics.text()).toMatch(/mcm_ingest_dead_letters_dropped_total\{endpoint="events"\} [56]/);

    await one.add([letter({ subject: 'okta' }), letter({ failed_at: '2026-11-24T00:00:00.000Z' })]);
    expect(await kept()).toHaveLength(12);
  });

  it('is a thousand letters of a request, and one that counts the rest and shows some', async () => {
    const intake = startIntake({}, database);
    const lines = Array.from({ length: 3_000 }, (_, n) => (n % 3 === 0 ? `{"n": ${n}}` : `not JSON ${n}`));
    const receipt = await intake.submit('events', lines.join('\n'), {
      'content-type': 'application/x-ndjson',
    });
    await intake.close();
    expect(receipt).toMatchObject({ received: 3_000, accepted: 0, duplicates: 0, rejected_total: 3_000 });
    expect(receipt.rejected).toHaveLength(100);
    expect(JSON.stringify(receipt).length).toBeLessThan(50_000);
    const { total } = await new DeadLetterReader(database).page({}, { limit: 1, offset: 0 });
    expect(total).toBe(1_001);
    const rest = (await kept()).find(({ code }) => code === 'INTAKE.MORE_REJECTED');
    expect(rest).toMatchObject({ truncated: true, reason: expect.stringContaining('2000 further items') });
    expect(JSON.parse(rest!.message)).toMatchObject({
      refused: 2_000,
      sample: [1_000, 1_001, 1_002, 1_003, 1_004].map((index) => ({ index })),
    });
  });

  it('is deleted when it has grown old', async () => {
    const at = (days: number) => new Date(ARRIVAL - days * DAY_MS).toISOString();
    await new DeadLetters(database).add([
      ...Array.from({ length: 2_500 }, (_, n) => letter({ failed_at: at(31 + n / 100) })),
      letter({ failed_at: at(31), origin: 'bus' }),
      letter({ failed_at: at(29) }),
    ]);
    await keeping(10_000).add([letter({ failed_at: at(40) }), letter({ failed_at: at(1) })]);
    const store = { connection: { connectionString: testDatabase.url }, log: logger };
    const queue = await PostgresJobQueue.open(store);
    const worker = new RemoveDeadLettersWorker(new DeadLetters(database), new DeadLetterQuota(database));
    await queue.work('remove-dead-letters', (job) => worker.remove(job));
    const before = at(30);
    const id = await queue.enqueue('remove-dead-letters', { before }, { id: 'remove' });
    expect(await queue.waitFor('remove-dead-letters', id, { timeoutMs: 30_000 })).toEqual({
      removed: 2_502,
      more: false,
    });
    expect(await kept()).toHaveLength(2);
    expect(await database.query('select count(*)::integer as days from dead_letter_days')).toEqual([
      { days: 1 },
    ]);
    await queue.close();
  });
});
