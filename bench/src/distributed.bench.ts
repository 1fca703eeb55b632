import { generateEvents } from '@mcm/simulator';
import { startOwnNats, startOwnRedis } from '@mcm/testing';
import { connect } from '@nats-io/transport-node';
import { BenchServer, type BenchSystem } from './bench-system.js';
import { copyBaseline } from './copy-baseline.js';
import { DistributedBenchSystem } from './distributed-system.js';
import { bulk } from './enrichment.bench.js';
import { measureLatency } from './latency.bench.js';
import { loadByMessages } from './load-by-messages.js';
import { figure, rate } from './report.js';
import { byMessages, byRequests } from './send-event.js';
import { median } from './statistics.js';
import { benchSyncedWrites } from './synced-writes.bench.js';

const EVENTS = 30_000;
const ROUNDS = 3;
const DAY = 24 * 3600 * 1000;
const LATENCY_RATE = 1_000;
/** Scored by the heuristic, a job each. */
const FINDINGS = 1_500;

const freshEvents = (seed: number) =>
  generateEvents({ count: EVENTS, from: Date.now() - 30 * DAY, to: Date.now(), seed });

/**
 * The distributed profile with all of its servers on this machine: from HTTP batches and from single NATS messages to
 * committed rows and findings, as shares of COPY in the same run; with one and with two processes of rules; and the
 * latency of single events, findings scored with one and with two workers, and what synced writes cost.
 */
export async function benchDistributed(): Promise<void> {
  const server = await BenchServer.start();
  const [nats, redis] = await Promise.all([startOwnNats(), startOwnRedis()]);
  try {
    for (const rules of [1, 2]) {
      const databaseUrl = await server.database(`distributed_${rules}`);
      const servers = { databaseUrl, natsUrl: nats.url, redisUrl: redis.url };
      const system = await DistributedBenchSystem.begin(servers, rules);
      try {
        const of = `distributed, ${rules === 1 ? 'one process' : 'two processes'} of rules: `;
        await system.load(freshEvents(rules));
        const used = await system.processorSeconds();
        await measureShare(`${of}HTTP batches`, system, 100 * rules, (events) => system.load(events));
        if (rules === 1) await reportProcessorTime(system, used, EVENTS * ROUNDS);
        await measureShare(`${of}single NATS messages`, system, 100 * rules + 50, (events) =>
          loadByMessages(system, nats.url, events),
        );
        if (rules === 1) {
          await measureLatencies(system, nats.url);
          await measureEnrichment(system);
        }
      } finally {
        await system.stop();
      }
    }
  } finally {
    await Promise.all([nats.stop(), redis.stop()]);
    await server.stop();
  }
  await benchSyncedWrites();
}

/** With as many findings as the simulator's events have, one of eight, and with nothing but findings. */
async function measureLatencies(system: DistributedBenchSystem, natsUrl: string): Promise<void> {
  const nats = await connect({ servers: natsUrl, noAsyncTraces: true });
  try {
    for (const findingEvery of [8, 1]) {
      const kind = findingEvery === 1 ? 'each a finding' : `every ${findingEvery}th a finding`;
      await measureLatency(system, {
        rate: LATENCY_RATE,
        findingEvery,
        name: `distributed, ${LATENCY_RATE} NATS messages/s, ${kind}`,
        send: byMessages(nats),
      });
    }
    await measureLatency(system, {
      rate: LATENCY_RATE,
      findingEvery: 8,
      name: `distributed, ${LATENCY_RATE} requests/s, every 8th a finding`,
      send: byRequests(system.api),
    });
  } finally {
    await nats.close();
  }
}

/** Which service spends how much on an event; what is left of two cores are the servers and the load generator. */
async function reportProcessorTime(
  system: DistributedBenchSystem,
  before: Awaited<ReturnType<DistributedBenchSystem['processorSeconds']>>,
  count: number,
): Promise<void> {
  const after = await system.processorSeconds();
  for (const service of ['gateway', 'ingestion', 'rules'] as const) {
    const each = ((after[service] - before[service]) / count) * 1e6;
    figure(`distributed: processor time of ${service}`, `${each.toFixed(1)} µs an event`);
  }
}

async function measureEnrichment(system: DistributedBenchSystem): Promise<void> {
  await bulk(system.api, FINDINGS / 5);
  const one = (await bulk(system.api, FINDINGS)).seconds;
  figure('distributed: findings scored in bulk, one ai-worker', rate(FINDINGS, one));
  await system.add('ai-worker');
  const two = (await bulk(system.api, FINDINGS)).seconds;
  figure(
    'distributed: findings scored in bulk, two ai-workers',
    rate(FINDINGS, two),
    `${(one / two).toFixed(2)} of one`,
  );
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
