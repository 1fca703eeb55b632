import { generateEvents } from '@mcm/simulator';
import { BenchServer, BenchSystem } from './bench-system.js';
import { fillTo } from './fill.js';
import { figure, ms } from './report.js';
import { median } from './statistics.js';

const REQUESTS = 200;
const DAY = 24 * 3600 * 1000;

const READS = [
  '/stats/summary',
  '/findings',
  '/findings?severity=high',
  '/findings?user=USER',
  '/findings?page=100',
  '/events',
  '/events?user=USER',
  '/events?event_type=login_failed',
] as const;

async function timeOf(url: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < REQUESTS; i += 1) {
    const started = performance.now();
    const answer = await fetch(url);
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    times.push(performance.now() - started);
  }
  return median(times);
}

/** Median answer times of one client, with few and with many events and findings stored. */
export async function benchReads(): Promise<void> {
  const server = await BenchServer.start();
  try {
    const system = await BenchSystem.start(await server.database('reads'));
    try {
      const events = generateEvents({ count: 5_000, from: Date.now() - 30 * DAY, to: Date.now(), seed: 7 });
      await system.load(events);
      const user = encodeURIComponent(events[0]!.user);
      const times = async () => {
        const result = new Map<string, number>();
        for (const path of READS) result.set(path, await timeOf(system.api + path.replace('USER', user)));
        return result;
      };
      await fillTo(system.databaseUrl, { events: 10_000, findings: 3_000 });
      await times();
      const few = await times();
      await fillTo(system.databaseUrl, { events: 1_000_000, findings: 300_000 });
      await times();
      const many = await times();
      for (const [path, time] of many) {
        figure(
          `GET ${path}, 1,000,000 events`,
          ms(time),
          `${(time / few.get(path)!).toFixed(2)} × the time at 10,000`,
        );
      }
    } finally {
      await system.stop();
    }
  } finally {
    await server.stop();
  }
}
