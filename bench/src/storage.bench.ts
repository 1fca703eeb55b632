import { EventDays, IngestionConfig } from '@mcm/ingestion';
import { systemClock } from '@mcm/kernel';
import { createDataSource } from '@mcm/persistence';
import { generateEvents } from '@mcm/simulator';
import { BenchServer, BenchSystem } from './bench-system.js';
import { copyInto } from './copy-baseline.js';
import { fillTo } from './fill.js';
import { figure, ms, rate } from './report.js';
import { median } from './statistics.js';

/** Events stored before the pipeline is measured again; STORAGE_EVENTS sets another number. */
const STORED = Number(process.env.STORAGE_EVENTS ?? 1_000_000);
const EVENTS = 30_000;
const ROUNDS = 3;
const DROPPED = 100_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const eventsOf = (count: number, from: number, to: number, seed: number) =>
  generateEvents({ count, from, to, seed });
const ofToday = (seed: number) => eventsOf(EVENTS, Date.now() - HOUR, Date.now(), seed);

/** Days of events: the pipeline beside many stored events, moving and closing days, dropping one while events come. */
export async function benchStorage(): Promise<void> {
  const server = await BenchServer.start();
  const databaseUrl = await server.database('storage');
  let system = await BenchSystem.start(databaseUrl);
  try {
    await system.load(ofToday(1));
    const few = await measure(system, 100);
    figure('pipeline, events of today, few stored', rate(EVENTS, few));
    await system.stop();

    await fillTo(databaseUrl, { events: STORED, findings: 0 });
    const dataSource = await createDataSource({
      url: databaseUrl,
      poolSize: 2,
      applicationName: 'bench-storage',
    }).initialize();
    const days = new EventDays(dataSource, systemClock, new IngestionConfig());
    await moveAndClose(days);
    const [size] =
      await dataSource.query<{ heap: string; toast: string; indexes: string; events: string }[]>(SIZE);
    const bytes = (part: string) => `${(Number(part) / Number(size!.events)).toFixed(0)} bytes`;
    figure(
      'an event on disk',
      bytes(String(Number(size!.heap) + Number(size!.toast) + Number(size!.indexes))),
      `rows ${bytes(size!.heap)}, large values ${bytes(size!.toast)}, indexes ${bytes(size!.indexes)}`,
    );

    system = await BenchSystem.start(databaseUrl);
    const first = await system.load(ofToday(199));
    const many = await measure(system, 200);
    figure(
      `pipeline, events of today, ${STORED} stored`,
      rate(EVENTS, many),
      `${(few / many).toFixed(2)} of the rate with few; the first 30,000: ${rate(EVENTS, first)}`,
    );

    const start = Date.parse(new Date(Date.now() - 45 * DAY).toISOString().slice(0, 10));
    await copyInto(databaseUrl, 'events', eventsOf(DROPPED, start, start + DAY - 1, 300));
    const day = new Date(start).toISOString().slice(0, 10);
    await dataSource.query('insert into event_daily_counts (day, count) values ($1, $2)', [day, DROPPED]);
    await days.make(day);
    const loading = system.load(ofToday(301));
    const started = performance.now();
    await days.drop(day);
    const took = performance.now() - started;
    figure(
      `dropping a day of ${DROPPED} events`,
      ms(took),
      `while ${rate(EVENTS, await loading)} were recorded`,
    );
    await dataSource.destroy();
  } finally {
    await system.stop();
    await server.stop();
  }
}

const SIZE = `
  select sum(pg_relation_size(c.oid)) as heap, sum(coalesce(pg_relation_size(c.reltoastrelid), 0)) as toast,
         sum(pg_indexes_size(c.oid)) as indexes, (select sum(count) from event_daily_counts) as events
    from pg_partition_tree('events') p join pg_class c on c.oid = p.relid where p.isleaf`;

/** What an existing installation goes through once, and each day later. */
async function moveAndClose(days: EventDays): Promise<void> {
  let moved = 0;
  let longest = 0;
  const started = performance.now();
  for (const day of days.missing(await days.stored())) {
    const before = performance.now();
    moved += (await days.make(day)) ?? 0;
    longest = Math.max(longest, performance.now() - before);
  }
  const seconds = (performance.now() - started) / 1000;
  figure(
    `moving ${moved} events into partitions`,
    rate(moved, seconds),
    `the longest day took ${ms(longest)}`,
  );
  const closable = days.closable(await days.stored());
  const before = performance.now();
  for (const day of closable) await days.close(day);
  figure('closing a day', ms((performance.now() - before) / closable.length), `mean of ${closable.length}`);
}

/** Median of a few rounds, in seconds. */
async function measure(system: BenchSystem, seed: number): Promise<number> {
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) seconds.push(await system.load(ofToday(seed + round)));
  return median(seconds);
}
