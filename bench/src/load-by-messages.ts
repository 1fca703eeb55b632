import { connect } from '@nats-io/transport-node';
import type { BenchSystem } from './bench-system.js';
import { byMessages, sendUntilTaken } from './send-event.js';

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
    const send = byMessages(nats);
    const started = performance.now();
    let next = 0;
    const producer = async () => {
      while (next < bodies.length) {
        const body = bodies[next]!;
        next += 1;
        await sendUntilTaken(send, body);
      }
    };
    await Promise.all(Array.from({ length: WINDOW }, producer));
    await system.settled();
    return (performance.now() - started) / 1000;
  } finally {
    await nats.close();
  }
}
