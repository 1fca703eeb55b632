import { BenchServer, BenchSystem } from './bench-system.js';
import { figure, ms } from './report.js';
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

/** From the acceptance of an event until its finding arrives on the live stream, at a steady rate of single events. */
export async function benchLatency(): Promise<void> {
  const server = await BenchServer.start();
  try {
    const system = await BenchSystem.start(await server.database('latency'));
    try {
      await measureLatency(system, RATE);
    } finally {
      await system.stop();
    }
  } finally {
    await server.stop();
  }
}

/**
 * @param rate single events per second
 * @param name what the figures are of, before their own names
 */
export async function measureLatency(system: BenchSystem, rate: number, name = ''): Promise<void> {
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
  await sendSteadily(system.api, rate, WARM_UP_SECONDS, 'warm', sent);
  warm = true;
  await sendSteadily(system.api, rate, SECONDS, 'latency', sent);
  stream.abort();
  await listening;
  figure(`${name}event accepted → finding on /stream, ${rate} events/s, median`, ms(median(delays)));
  figure(
    `${name}event accepted → finding on /stream, ${rate} events/s, p99`,
    ms(percentile(delays, 0.99)),
    `${delays.length} of ${rate * SECONDS} findings seen`,
  );
}

/** Sends single events at a steady rate, and waits until the findings of all of them were seen, or for ten seconds. */
async function sendSteadily(
  api: string,
  rate: number,
  seconds: number,
  name: string,
  sent: Map<string, number>,
): Promise<void> {
  const requests: Promise<void>[] = [];
  const started = performance.now();
  for (let n = 0; n < rate * seconds; n += 1) {
    const due = started + (n * 1000) / rate;
    const wait = due - performance.now();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    requests.push(sendOne(api, `${name}-${n}`, sent));
  }
  await Promise.all(requests);
  const end = performance.now() + 10_000;
  while (sent.size > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Each event has a user of its own and leads to one finding; the clock starts when the event is accepted. */
async function sendOne(api: string, user: string, sent: Map<string, number>): Promise<void> {
  const asked = performance.now();
  // The finding may be on the stream before the answer to the request is read.
  sent.set(user, asked);
  const answer = await fetch(`${api}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...EVENT, user }),
  });
  await answer.arrayBuffer();
  if (answer.status !== 202) throw new Error(`POST /events: ${answer.status}`);
}

const EVENT = {
  event_type: 'storage_bucket_created',
  raw_data: { bucket_name: 'latency', public: true, region: 'eu-central-1' },
};
