import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventLines, FolderStore, readRun, verifyRun, writeRun, type WrittenRun } from '@mcm/archive';
import { EventDays, IngestionConfig } from '@mcm/ingestion';
import { systemClock } from '@mcm/kernel';
import { copiedRows, createDataSource, type DataSource, leafOf, migrate } from '@mcm/persistence';
import { generateEvents } from '@mcm/simulator';
import { BenchServer } from './bench-system.js';
import { copyInto } from './copy-baseline.js';
import { figure, rate } from './report.js';

/** Events of the day that is archived; ARCHIVE_EVENTS sets another number. */
const EVENTS = Number(process.env.ARCHIVE_EVENTS ?? 1_000_000);
const CHUNK = 50_000;
const DAY_MS = 86_400_000;
const LIMITS = { memoryBytes: 512 * 1024 ** 2, partBytes: 128 * 1024 ** 2 };

/** Writing a day to the archive, and reading it, beside reading the same rows from PostgreSQL alone. */
export async function benchArchive(): Promise<void> {
  const server = await BenchServer.start();
  const folder = await mkdtemp(join(tmpdir(), 'bench-archive-'));
  try {
    const url = await server.database('archive');
    const database = await createDataSource({ url, poolSize: 3, applicationName: 'bench' }).initialize();
    try {
      await migrate(database);
      const day = new Date(Date.now() - 10 * DAY_MS).toISOString().slice(0, 10);
      await fill(database, url, day);
      const range = { day, afterId: 0, throughId: Number.MAX_SAFE_INTEGER };
      const read = await seconds(async () => {
        for await (const _ of lines(database, `copy (select * from ${leafOf(day)}) to stdout`));
      });
      figure(`reading a day of ${EVENTS} events by COPY`, rate(EVENTS, read));

      const store = new FolderStore(folder);
      let written!: WrittenRun;
      const before = process.cpuUsage();
      const wrote = await seconds(async () => {
        const events = lines(database, eventLines(range));
        written = await writeRun(store, { ...range, run: 1, at: new Date(), lines: events }, LIMITS);
      });
      const used = process.cpuUsage(before);
      figure('archiving it', rate(EVENTS, wrote), `${(read / wrote).toFixed(2)} of that`);
      const micros = (used.user + used.system) / EVENTS;
      figure('processor time of this process for an event', `${micros.toFixed(1)} µs`);
      await figureSize(database, day, written.bytes);

      const verified = await seconds(async () => {
        const { faults } = await verifyRun(store, { day, run: 1 }, LIMITS);
        if (faults.length > 0) throw new Error(JSON.stringify(faults));
      });
      figure('verifying it', rate(EVENTS, verified));
      const readBack = await seconds(() =>
        readRun(store, written.manifest, LIMITS, () => Promise.resolve(true)),
      );
      figure('reading all of its events', rate(EVENTS, readBack));
      figure('memory of this process afterwards', `${Math.round(process.memoryUsage().rss / 1024 ** 2)} MiB`);
    } finally {
      await database.destroy();
    }
  } finally {
    await rm(folder, { recursive: true });
    await server.stop();
  }
}

/** A closed day, with the indexes for searching. */
async function fill(database: DataSource, url: string, day: string): Promise<void> {
  const from = Date.parse(day);
  const days = new EventDays(database, systemClock, new IngestionConfig());
  await days.make(day);
  const events = generateEvents({ count: CHUNK, from, to: from + DAY_MS - 1, seed: 1 });
  for (let filled = 0; filled < EVENTS; filled += CHUNK) {
    // The same course of events under other identities.
    const copies = events
      .slice(0, EVENTS - filled)
      .map((event) => ({ ...event, event_id: `${event.event_id}/${filled}` }));
    await copyInto(url, 'events', copies);
  }
  await database.query('insert into event_daily_counts (day, count) values ($1, $2)', [day, EVENTS]);
  await days.close(day);
}

async function figureSize(database: DataSource, day: string, bytes: number): Promise<void> {
  const [size] = await database.query<{ total: string; heap: string }[]>(
    'select pg_total_relation_size($1::regclass) as total, pg_table_size($1::regclass) as heap',
    [leafOf(day)],
  );
  const share = (whole: string) => (bytes / Number(whole)).toFixed(3);
  figure(
    'an event in the archive',
    `${(bytes / EVENTS).toFixed(0)} bytes`,
    `${share(size!.total)} of the table with its indexes, ${share(size!.heap)} of the table alone`,
  );
}

async function* lines(database: DataSource, statement: string): AsyncGenerator<Buffer> {
  const runner = database.createQueryRunner();
  try {
    await runner.query('set statement_timeout = 0');
    yield* copiedRows(runner, statement);
    await runner.query('reset statement_timeout');
  } finally {
    await runner.release();
  }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
