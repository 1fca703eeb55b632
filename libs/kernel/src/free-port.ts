import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that systems give to connections which go out (from 32768 on Linux, 49152 elsewhere): one of those
 * may be given away between our check and its use.
 */
const FIRST = 20_000;
const LAST = 32_000;

/** Each process goes through all of them from a place of its own. */
let next = FIRST + Math.floor(Math.random() * (LAST - FIRST));

/** A TCP port of 127.0.0.1 without a listener at this moment, another with each call. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next;
    next = next < LAST ? next + 1 : FIRST;
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
  server.close();
  await once(server, 'close');
  return true;
}
