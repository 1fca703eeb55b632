import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, freePort } from '@mcm/kernel';
import { ContainerPlace } from './container-place.js';
import { findServer, type ServerDemand } from './find-server.js';
import { ProcessPlace } from './process-place.js';
import { isReady, type ServerKind } from './server-kind.js';
import type { ServerPlace, ServerSettings } from './server-place.js';

/** A real server that tests use. */
export interface TestServer {
  readonly url: string;
  /** Letters and digits that no other test has: what tests share a server by (prefix of keys, streams, subjects). */
  readonly namespace: string;
  /** Stops it and deletes its data. A server that a URL names is left alone. */
  stop(): Promise<void>;
}

/** A server that belongs to one test alone. */
export interface OwnTestServer extends TestServer {
  readonly host: string;
  readonly port: number;
  /** `kill -9`. What it has stored stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port with the same data, ending it in order first when it runs; or without its data. */
  restart(options?: { withoutData?: boolean }): Promise<void>;
}

const READY_MS = 20_000;
const POLL_MS = 20;
/** Another process may take a free port before the server does. */
const PORTS_TRIED = 3;

export async function startServer(kind: ServerKind, demand: 'any'): Promise<TestServer>;
export async function startServer(
  kind: ServerKind,
  demand: 'own',
  settings?: ServerSettings,
): Promise<OwnTestServer>;
/** Starts a server of this kind, or takes the one that the environment names. Throws `TESTING.NO_SERVER` with a way out. */
export async function startServer(
  kind: ServerKind,
  demand: ServerDemand,
  settings: ServerSettings = {},
): Promise<TestServer> {
  const means = await findServer(kind, demand);
  if (means.from === 'none') throw new AppError('unavailable', 'TESTING.NO_SERVER', means.why);
  const namespace = `t${randomBytes(6).toString('hex')}`;
  if (means.from === 'url') return { url: means.url, namespace, stop: async () => undefined };
  for (let tried = 1; ; tried += 1) {
    const port = await freePort();
    const place =
      means.from === 'program'
        ? new ProcessPlace(kind, means.path, port, settings)
        : new ContainerPlace(kind, port, settings);
    try {
      await launch(kind, place);
      return ownServer(kind, place, namespace);
    } catch (error) {
      await place.end('kill');
      await place.remove();
      if (tried === PORTS_TRIED) throw error;
    }
  }
}

function ownServer(kind: ServerKind, place: ServerPlace, namespace: string): OwnTestServer {
  return {
    url: kind.url(place.host, place.port),
    host: place.host,
    port: place.port,
    namespace,
    kill: () => place.end('kill'),
    async restart({ withoutData = false } = {}) {
      await place.end('orderly');
      if (withoutData) await place.clear();
      await launch(kind, place);
    },
    async stop() {
      await place.end('kill');
      await place.remove();
    },
  };
}

async function launch(kind: ServerKind, place: ServerPlace): Promise<void> {
  const deadline = performance.now() + READY_MS;
  await place.launch();
  while (!(await isReady(kind, place.host, place.port))) {
    if (performance.now() > deadline || (await place.hasEnded())) {
      const words = await place.lastWords();
      throw new AppError('unavailable', 'TESTING.SERVER_DOWN', `${kind.name} did not get ready.\n${words}`);
    }
    await delay(POLL_MS);
  }
}
