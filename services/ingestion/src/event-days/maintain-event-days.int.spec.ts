import { createMigratedDatabase, type MigratedDatabase } from '@mcm/persistence/testing';
import { createLogger, HealthRegistry, MetricsRegistry } from '@mcm/platform';
import { PostgresJobQueue } from '@mcm/queue/drivers/postgres';
import { anEnvelope, eventually } from '@mcm/testing';
import { IngestionConfig } from '../ingestion.config.js';
import { EventStore } from '../record-events/event-store.js';
import { EventDays } from './event-days.js';
import { MaintainEventDaysWorker } from './maintain-event-days.worker.js';

const NOW = Date.parse('2026-01-15T12:00:00.000Z');
const logger = createLogger({ service: 'test', level: 'silent' });

let database: MigratedDatabase;
const queues: PostgresJobQueue[] = [];
const workers: MaintainEventDaysWorker[] = [];
beforeAll(async () => {
  database = await createMigratedDatabase();
});
afterAll(async () => {
  for (const worker of workers) worker.onApplicationShutdown();
  for (const queue of queues) await queue.close();
  await database.drop();
});

async function aProcess() {
  const queue = await PostgresJobQueue.open({ connection: { connectionString: database.url }, log: logger });
  const metrics = new MetricsRegistry();
  const health = new HealthRegistry();
  const days = new EventDays(database.dataSource, { now: () => NOW }, new IngestionConfig());
  const worker = new MaintainEventDaysWorker(queue, logger, database.dataSource, days, metrics, health);
  await queue.work('maintain-event-days', (job) => worker.maintain(job));
  queues.push(queue);
  workers.push(worker);
  return { worker, metrics, health };
}

it('is done by one of two processes, makes and closes days, and warns of a flood outside of them', async () => {
  const store = new EventStore(database.dataSource);
  const at = (timestamp: string) => anEnvelope({ timestamp });
  await store.recordBatch(
    ['2026-01-15', '2026-01-12', '1999-01-01'].map((day) => at(`${day}T08:00:00.000Z`)),
  );
  // As if it were many.
  await database.dataSource.query(`update event_daily_counts set count = 100000 where day = '1999-01-01'`);
  const processes = [await aProcess(), await aProcess()];
  for (const { worker } of processes) worker.onApplicationBootstrap();
  await eventually(async () => {
    const rows = await database.dataSource.query<{ line: string }[]>(
      `select day || ' ' || state as line from event_days order by day`,
    );
    expect(rows.map(({ line }) => line)).toEqual(['2026-01-12 closed', '2026-01-15 open', '2026-01-16 open']);
    return true;
  });
  for (const { metrics, health } of processes) {
    expect((await health.of('event-days')).status).toBe('degraded');
    expect((await health.of('event-days')).detail).toContain('100000 events lie before 2024-12-11');
    expect(await metrics.text()).toContain('mcm_events_outside_days 100000');
  }
});
