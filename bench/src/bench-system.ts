import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmbeddedPostgres } from '@mcm/hosting';
import { freePort } from '@mcm/testing';
import pg from 'pg';
import { byRequests, sendUntilTaken } from './send-event.js';

export const ROOT = join(fileURLToPath(import.meta.url), '../../..');

/**
 * A new folder for data. As root the server runs as another user, who has to get in; else its data would be elsewhere,
 * and stay there.
 */
export async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mcm-bench-'));
  await chmod(folder, 0o755);
  return folder;
}

/** A PostgreSQL server with the settings that users get, on an empty folder. */
export class BenchServer {
  private constructor(
    private readonly postgres: EmbeddedPostgres,
    private readonly folder: string,
    private readonly url: string,
  ) {}

  static async start(): Promise<BenchServer> {
    const folder = await openFolder();
    const postgres = new EmbeddedPostgres();
    const { url } = await postgres.start({ dataDir: join(folder, 'postgres') });
    return new BenchServer(postgres, folder, url);
  }

  /** A new, empty database. */
  async database(name: string): Promise<string> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
    await client.end();
    const url = new URL(this.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  async stop(): Promise<void> {
    await this.postgres.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** How `npm start` sets Node for the product: as it has set it for this process. */
export const NODE_ARGUMENTS = process.execArgv.filter((argument) => argument.includes('-semi-space-'));

/** The product as it runs, over HTTP. */
export class BenchSystem {
  constructor(
    readonly api: string,
    readonly databaseUrl: string,
    /** Its processes; the first one is asked first to stop. */
    private readonly processes: readonly ChildProcess[],
  ) {}

  /** @param env further settings */
  static async start(databaseUrl: string, env: Readonly<Record<string, string>> = {}): Promise<BenchSystem> {
    const apiPort = await freePort();
    const child = spawn(
      process.execPath,
      [...NODE_ARGUMENTS, join(ROOT, 'services/standalone/dist/main.js')],
      {
        cwd: ROOT,
        env: {
          ...process.env,
          DATABASE_URL: databaseUrl,
          API_PORT: String(apiPort),
          WEB_PORT: String(await freePort()),
          LOG_LEVEL: 'warn',
          ...env,
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    const system = new BenchSystem(`http://127.0.0.1:${apiPort}`, databaseUrl, [child]);
    await untilReady(child, system.api);
    return system;
  }

  /** Pushes events in batches over a few connections and waits until rows and findings are committed; seconds. */
  async load(events: readonly unknown[], batchSize = 500, connections = 8): Promise<number> {
    const bodies: Buffer[] = [];
    for (let i = 0; i < events.length; i += batchSize)
      bodies.push(Buffer.from(JSON.stringify(events.slice(i, i + batchSize))));
    const send = byRequests(this.api);
    const started = performance.now();
    let next = 0;
    const worker = async () => {
      while (next < bodies.length) {
        const body = bodies[next]!;
        next += 1;
        await sendUntilTaken(send, body);
      }
    };
    await Promise.all(Array.from({ length: connections }, worker));
    await this.settled();
    return (performance.now() - started) / 1000;
  }

  /** Waits until every durable consumer has acknowledged everything. */
  async settled(): Promise<void> {
    for (;;) {
      const text = await (await fetch(`${this.api}/metrics`)).text();
      const lags = [...text.matchAll(/^mcm_bus_lag\{[^}]*\} (\d+)/gm)].map((match) => Number(match[1]));
      if (lags.length > 0 && lags.every((lag) => lag === 0)) return;
      // Asking counts what waits, which costs the system something too.
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.processes.map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGTERM');
        await once(child, 'exit');
      }),
    );
  }
}

/** Waits until a process says that it is ready. */
export async function untilReady(child: ChildProcess, url: string): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The system ended with ${child.exitCode}`);
    const answer = await fetch(`${url}/health/ready`).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
