import { randomUUID } from 'node:crypto';
import { BenchServer, BenchSystem } from './bench-system.js';
import { figure, ms } from './report.js';
import { byRequests, type Send, sendUntilTaken } from './send-event.js';
import { median, percentile } from './statistics.js';

const RATE = 500;
const SECONDS = 20;
/** What happens before is left out: code is compiled and connections are made in the first seconds of a process. */
const WARM_UP_SECONDS = 5;

/** Reads server-sent events and hands over the data of those named `finding`. */
async function findingsOf(api: string, signal: AbortSignal, take: (user: string) => void): Promise<void> {
  const answer = await fetch(`${api}/stream`, { signal });
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body!) {
    rest += decoder.decode(chunk as Uint8Array, { stream: true });
    const messages = rest.split('\n\n');
    rest = messages.pop()!;
    for (const message of messages) {
      if (!/^event: ?finding$/m.test(message)) continue;
      const data = /^data: ?(.*)$/m.exec(message)?.[1];
      if (data !== undefined) take((JSON.parse(data) as { user: string }).user);
    }
  }
}

/** A steady stream of single events, each with a user of its own. */
export interface SteadyLoad {
  /** Events per second. */
  readonly rate: number;
  /** Every so manieth event leads to a finding; the others are evaluated and lead to none. */
  readonly findingEvery: number;
  /** What the load is, for the name of the figures. */
  readonly name: string;
  readonly send: Send;
}

/** From sending an event until its finding arrives on the live stream, at a steady rate of single events. */
export async function benchLatency(): Promise<void> {
  const server = await BenchServer.start();
  try {
    const system = await BenchSystem.start(await server.database('latency'));
    try {
      await measureLatency(system, {
        rate: RATE,
        findingEvery: 1,
        name: `${RATE} requests/s, each a finding`,
        send: byRequests(system.api),
      });
    } finally {
      await system.stop();
    }
  } finally {
    await server.stop();
  }
}

export async function measureLatency(system: BenchSystem, load: SteadyLoad): Promise<void> {
  const sent = new Map<string, number>();
  let warm = false;
  const delays: number[] = [];
  const stream = new AbortController();
  const listening = findingsOf(system.api, stream.signal, (user) => {
    const start = sent.get(user);
    if (start === undefined) return;
    sent.delete(user);
    if (warm) delays.push(performance.now() - start);
  }).catch((error: unknown) => {
    if (!stream.signal.aborted) throw error;
  });
  const run = randomUUID();
  await sendSteadily(load, WARM_UP_SECONDS, `warm-${run}`, sent);
  warm = true;
  const repeats = await sendSteadily(load, SECONDS, `latency-${run}`, sent);
  stream.abort();
  await listening;
  const findings = Math.ceil((load.rate * SECONDS) / load.findingEvery);
  const title = `event → finding on /stream, ${load.name}`;
  figure(`${title}: median`, ms(median(delays)));
  figure(
    `${title}: p99`,
    ms(percentile(delays, 0.99)),
    `${delays.length} of ${findings} findings seen${repeats > 0 ? `; ${repeats} events sent again` : ''}`,
  );
}

/**
 * Sends single events at a steady rate, and waits until the findings of all of them were seen, or for ten seconds;
 * answers how often one was sent again.
 */
async function sendSteadily(
  { rate, findingEvery, send }: SteadyLoad,
  seconds: number,
  name: string,
  sent: Map<string, number>,
): Promise<number> {
  let repeats = 0;
  const deliver = async (n: number): Promise<void> => {
    const user = `${name}-${n}`;
    const finds = n % findingEvery === 0;
    // The clock starts when it is sent: the finding may be on the stream before the answer is read.
    if (finds) sent.set(user, performance.now());
    const body = JSON.stringify({
      event_id: user,
      event_type: 'storage_bucket_created',
      user,
      raw_data: { bucket_name: 'latency', public: finds, region: 'eu-central-1' },
    });
    repeats += await sendUntilTaken(send, body);
  };
  const deliveries: Promise<void>[] = [];
  const started = performance.now();
  for (let n = 0; n < rate * seconds; n += 1) {
    const due = started + (n * 1000) / rate;
    const wait = due - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    deliveries.push(deliver(n));
  }
  await Promise.all(deliveries);
  const end = performance.now() + 10_000;
  while (sent.size > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
  return repeats;
}
