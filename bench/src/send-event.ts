import { setTimeout as delay } from 'node:timers/promises';
import { INGEST_SUBJECT } from '@mcm/contracts';
import type { NatsConnection } from '@nats-io/transport-node';
import { postJson } from './post.js';

/** Pause before something is sent again that could not be taken. */
const AGAIN_MS = 100;

/** Sends a body of events and waits for its answer; false when it could not be taken now and is to be sent again. */
export type Send = (body: Uint8Array | string) => Promise<boolean>;

/** Bodies over HTTP. */
export function byRequests(api: string): Send {
  return async (body) => {
    const status = await postJson(`${api}/events`, body);
    if (status !== 202 && status !== 503) throw new Error(`POST /events: ${status}`);
    return status === 202;
  };
}

/** NATS messages, each answered. */
export function byMessages(nats: NatsConnection): Send {
  return async (body) => {
    const answer = await nats.request(INGEST_SUBJECT, body, { timeout: 30_000 });
    const { error } = answer.json<{ error?: { code: number; description: string } }>();
    if (error !== undefined && error.code !== 503) throw new Error(error.description);
    return error === undefined;
  };
}

/** Sends until it is taken, as a producer does while the bus is full; answers how often it was sent again. */
export async function sendUntilTaken(send: Send, body: Uint8Array | string): Promise<number> {
  let repeats = 0;
  while (!(await send(body))) {
    repeats += 1;
    await delay(AGAIN_MS);
  }
  return repeats;
}
