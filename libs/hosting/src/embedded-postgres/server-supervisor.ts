import { setTimeout as delay } from 'node:timers/promises';
import { AppError, freePort, messageOf } from '@mcm/kernel';
import { lastLines } from './server-log.js';
import { ServerProcess, TransientStartError, type LaunchOptions } from './server-process.js';

/** What happens to a running server. */
export type ServerEvent =
  /** It ended unexpectedly; it is being started again. */
  | { type: 'lost'; message: string }
  /** It answers again, on the same port. */
  | { type: 'recovered'; message: string }
  /** It will not come back; the process should end. */
  | { type: 'failed'; message: string; error: AppError };

export interface RestartPolicy {
  /** Ends within `withinMs` that are answered with a restart; one more and the supervisor gives up. */
  maxRestarts: number;
  withinMs: number;
  /** Wait before the first restart; doubles with each further one of the same window. */
  firstDelayMs: number;
}

export const RESTART_POLICY: RestartPolicy = { maxRestarts: 5, withinMs: 60_000, firstDelayMs: 100 };

const PORT_TRIES = 5;
const DATA_IN_USE_TRIES = 40;
const DATA_IN_USE_DELAY_MS = 250;

/** Keeps one server running until it is told to stop. */
export class ServerSupervisor {
  private server: ServerProcess | null = null;
  private readonly stopping = new AbortController();
  private watching: Promise<void> = Promise.resolve();
  private readonly restarts: number[] = [];

  constructor(
    private readonly options: Omit<LaunchOptions, 'port'>,
    private readonly policy: RestartPolicy,
    private readonly onEvent: (event: ServerEvent) => void,
  ) {}

  /** Process id of the server; null while there is none. */
  get pid(): number | null {
    return this.server?.running ? this.server.pid : null;
  }

  /** Starts the server on a free port and returns the port, which stays the same until `stop`. */
  async start(): Promise<number> {
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      try {
        this.server = await this.launch(port);
      } catch (error) {
        // Another process took the port between our check and the server's bind.
        if (error instanceof TransientStartError && error.reason === 'port-taken' && attempt < PORT_TRIES) {
          continue;
        }
        throw asAppError(error);
      }
      this.watching = this.watch(port);
      return port;
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.server?.stop();
    await this.watching;
    // A restart may have been under way when the stop came.
    await this.server?.stop();
  }

  private async watch(port: number): Promise<void> {
    while (this.server) {
      const how = await this.server.ended;
      await this.server.dispose();
      if (this.stopping.signal.aborted) return;
      this.onEvent({ type: 'lost', message: `PostgreSQL ended unexpectedly (${how}); starting it again.` });
      this.server = await this.restart(port);
    }
  }

  /** Null when it gave up or was told to stop. */
  private async restart(port: number): Promise<ServerProcess | null> {
    let last: unknown = null;
    for (;;) {
      const now = Date.now();
      while (this.restarts.length && this.restarts[0]! < now - this.policy.withinMs) this.restarts.shift();
      if (this.restarts.length >= this.policy.maxRestarts) {
        await this.giveUp(last);
        return null;
      }
      const wait = this.policy.firstDelayMs * 2 ** this.restarts.length;
      this.restarts.push(now);
      await delay(wait, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      if (this.stopping.signal.aborted) return null;
      try {
        const server = await this.launch(port);
        this.onEvent({ type: 'recovered', message: 'PostgreSQL is back.' });
        return server;
      } catch (error) {
        last = error;
      }
    }
  }

  private async giveUp(last: unknown): Promise<void> {
    const why = last === null ? await lastLines(this.options.logFile) : messageOf(asAppError(last));
    const error = new AppError(
      'unavailable',
      'HOST.DATABASE_LOST',
      `PostgreSQL ended ${this.policy.maxRestarts + 1} times within ${this.policy.withinMs / 1000} s and is not ` +
        `started again. ${why}`,
    );
    this.onEvent({ type: 'failed', message: error.message, error });
  }

  private async launch(port: number): Promise<ServerProcess> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ServerProcess.launch({ ...this.options, port });
      } catch (error) {
        // After a kill the server's own children need a moment to notice and leave.
        const wait =
          error instanceof TransientStartError &&
          error.reason === 'data-in-use' &&
          attempt < DATA_IN_USE_TRIES &&
          !this.stopping.signal.aborted;
        if (!wait) throw error;
        await delay(DATA_IN_USE_DELAY_MS);
      }
    }
  }
}

function asAppError(error: unknown): unknown {
  if (!(error instanceof TransientStartError)) return error;
  return new AppError(
    'unavailable',
    'HOST.DATABASE_FAILED',
    `PostgreSQL did not start. The last lines of its log:\n${error.log}`,
    { cause: error },
  );
}
