import { generateEvents } from '@mcm/simulator';
import { BenchServer, BenchSystem } from './bench-system.js';
import { copyBaseline } from './copy-baseline.js';
import { fillTo } from './fill.js';
import { median } from './statistics.js';
import { figure, rate } from './report.js';

const EVENTS = 30_000;
const ROUNDS = 3;
const DAY = 24 * 3600 * 1000;

const freshEvents = (seed: number) =>
  generateEvents({ count: EVENTS, from: Date.now() - 30 * DAY, to: Date.now(), seed });

/** From `POST /events` until rows and findings are committed, as a share of COPY; with few and with many events stored. */
export async function benchPipeline(): Promise<void> {
  const server = await BenchServer.start();
  try {
    const system = await BenchSystem.start(await server.database('pipeline'));
    try {
      // What is measured is code that has been compiled.
      await system.load(freshEvents(1));
      const few = await measure(system, 100);
      figure(
        'pipeline, 30,000 to 120,000 events stored',
        rate(EVENTS, few.pipeline),
        `${share(few)} of COPY (${rate(EVENTS, few.copy)})`,
      );
      await fillTo(system.databaseUrl, { events: 1_000_000, findings: 300_000 });
      // The first events meet pages that are in no cache and that a checkpoint has just written.
      const first = await system.load(freshEvents(199));
      const many = await measure(system, 200);
      figure(
        'pipeline, 1,000,000 events stored',
        rate(EVENTS, many.pipeline),
        `${(few.pipeline / many.pipeline).toFixed(2)} of that rate; ${share(many)} of COPY (${rate(EVENTS, many.copy)}); the first 30,000: ${rate(EVENTS, first)}`,
      );
    } finally {
      await system.stop();
    }
  } finally {
    await server.stop();
  }
}

interface Measured {
  pipeline: number;
  copy: number;
}
const share = (measured: Measured) => (measured.copy / measured.pipeline).toFixed(2);

/** Medians of a few rounds; COPY and the pipeline take turns, because the machine is never equally quiet. */
async function measure(system: BenchSystem, seed: number): Promise<Measured> {
  const pipeline: number[] = [];
  const copy: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const events = freshEvents(seed + round);
    copy.push(await copyBaseline(system.databaseUrl, events));
    pipeline.push(await system.load(events));
  }
  return { pipeline: median(pipeline), copy: median(copy) };
}
