#!/usr/bin/env node
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { existsSync } from 'node:fs';
import { apiAddress, apiKeyHeader } from '@mcm/contracts';
import { messageOf } from '@mcm/kernel';
import { generateEvents } from './generate-events.js';
import { pushOverHttp } from './push-over-http.js';
import { Simulator } from './simulator.js';

// Fills an empty system (API_URL, else API_PORT on this machine) with a month of synthetic events, then keeps a light stream of stories running until
// it is told to stop. Waits for the API.
const HISTORY_EVENTS = 400;
const HISTORY_DAYS = 30;
const DAY_MS = 24 * 3600 * 1000;
const TRY_AGAIN_MS = 1_000;

if (existsSync('.env')) process.loadEnvFile('.env');
const api = apiAddress(undefined, process.env);
const headers = apiKeyHeader(process.env);
const print = (line: string) => process.stdout.write(`${line}\n`);
const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());

async function eventsStored(): Promise<number> {
  while (!stopping.signal.aborted) {
    try {
      const answer = await fetch(new URL('stats/summary', api.endsWith('/') ? api : `${api}/`), { headers });
      if (answer.ok) return ((await answer.json()) as { total_events: number }).total_events;
      if (answer.status === 401 || answer.status === 403) {
        process.stderr.write(
          `The API refuses this key (${answer.status}); it needs events:write and read (API_KEY).\n`,
        );
        process.exitCode = 1;
        stopping.abort();
      }
    } catch {
      // The API does not answer yet.
    }
    await delay(TRY_AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
  }
  return Number.POSITIVE_INFINITY;
}

const push = pushOverHttp(api, { headers });
if ((await eventsStored()) === 0) {
  const now = Date.now();
  const range = { from: now - HISTORY_DAYS * DAY_MS, to: now };
  await push(generateEvents({ count: HISTORY_EVENTS, ...range, seed: randomInt(2 ** 31) }), stopping.signal);
  print(`${HISTORY_EVENTS} synthetic events of the last ${HISTORY_DAYS} days pushed`);
}
if (!stopping.signal.aborted) {
  const simulator = new Simulator({
    push,
    onError: (error) => process.stderr.write(`Synthetic events could not be pushed: ${messageOf(error)}\n`),
    onStory: (story) => print(`${story.name}: ${story.title}`),
  });
  simulator.start();
  await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve, { once: true }));
  await simulator.stop();
}
