import { INGEST_SUBJECT } from '@mcm/contracts';
import { connect } from '@nats-io/transport-node';
import type { BenchSystem } from './bench-system.js';

/** Single messages whose answers a producer waits for at a time. */
const WINDOW = 500;

/** Each event is a message of its own whose answer is waited for; seconds until rows and findings are committed. */
export async function loadByMessages(
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
