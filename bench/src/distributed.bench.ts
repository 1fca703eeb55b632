import { INGEST_SUBJECT } from '@mcm/contracts';
import { generateEvents } from '@mcm/simulator';
import { startOwnNats, startOwnRedis } from '@mcm/testing';
import { connect } from '@nats-io/transport-node';
import { BenchServer, type BenchSystem } from './bench-system.js';
import { copyBaseline } from './copy-baseline.js';
import { startDistributed } from './distributed-system.js';
import { measureLatency } from './latency.bench.js';
import { figure, rate } from './report.js';
import { median } from './statistics.js';

const EVENTS = 30_000;
const ROUNDS = 3;
const DAY = 24 * 3600 * 1000;
/** Single messages whose answers a producer waits for at a time. */
const WINDOW = 500;
const LATENCY_RATE = 1_000;

const freshEvents = (seed: number) =>
  generateEvents({ count: EVENTS, from: Date.now() - 30 * DAY, to: Date.now(), seed });

/**
 * The distributed profile with all of its servers on this machine: from HTTP batches and from single NATS messages to
 * committed rows and findings, as shares of COPY in the same run; with one and with two processes of rules; and the
 * latency of single events.
 */
export async function benchDistributed(): Promise<void> {
  const server = await BenchServer.start();
  const [nats, redis] = await Promise.all([startOwnNats(), startOwnRedis()]);
  try {
    for (const rules of [1, 2]) {
      const databaseUrl = await server.database(`distributed_${rules}`);
      const system = await startDistributed({ databaseUrl, natsUrl: nats.url, redisUrl: redis.url }, rules);
      try {
        const of = `distributed, ${rules === 1 ? 'one process' : 'two processes'} of rules: `;
        await system.load(freshEvents(rules).slice(0, 5_000));
        await measureShare(`${of}HTTP batches`, system, 100 * rules, (events) => system.load(events));
        await measureShare(`${of}single NATS messages`, system, 100 * rules + 50, (events) =>
          loadByMessages(system, nats.url, events),
        );
        if (rules === 1) await measureLatency(system, LATENCY_RATE, 'distributed: ');
      } finally {
        await system.stop();
      }
    }
  } finally {
    await Promise.all([nats.stop(), redis.stop()]);
    await server.stop();
  }
}

async function measureShare(
  name: string,
  system: BenchSystem,
  seed: number,
  load: (events: ReturnType<typeof freshEvents>) => Promise<number>,
): Promise<void> {
  const loads: number[] = [];
  const copies: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const events = freshEvents(seed + round);
    copies.push(await copyBaseline(system.databaseUrl, events));
    loads.push(await load(events));
  }
  const share = median(copies) / median(loads);
  figure(name, rate(EVENTS, median(loads)), `${share.toFixed(2)} of COPY (${rate(EVENTS, median(copies))})`);
}

/** Each event is a message of its own whose answer is waited for; seconds until rows and findings are committed. */
async function loadByMessages(
  system: BenchSystem,
  natsUrl: string,
  events: readonly unknown[],
): Promise<number> {
  const nats = await connect({ servers: natsUrl, noAsyncTraces: true });
  try {
    const bodies = events.map((event) => JSON.stringify(event));
    const started = performance.now();
    let next = 0;
    const producer = async () => {
      while (next < bodies.length) {
        const body = bodies[next]!;
        next += 1;
        for (;;) {
          const answer = await nats.request(INGEST_SUBJECT, body, { timeout: 30_000 });
          const { error } = answer.json<{ error?: { code: number; description: string } }>();
          if (error === undefined) break;
          if (error.code !== 503) throw new Error(error.description);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    };
    await Promise.all(Array.from({ length: WINDOW }, producer));
    await system.settled();
    return (performance.now() - started) / 1000;
  } finally {
    await nats.close();
  }
}
