import { readFile } from 'node:fs/promises';
import { AppError, messageOf } from '@mcm/kernel';
import type { FaultLog } from '@mcm/queue';
import {
  AuthorizationError,
  connect,
  credsAuthenticator,
  type NatsConnection,
  type NodeConnectionOptions,
} from '@nats-io/transport-node';
import type { NatsSettings } from './nats-settings.js';

/** How long a first connection may take. */
const CONNECT_MS = 10_000;
/** A connection over which nothing came for twice this time is taken for lost. */
const PING_MS = 10_000;
const PINGS_MISSED = 2;
/** Least time between two tries to connect; doubles from try to try, plus as much again at random. */
const SHORTEST_DELAY_MS = 50;
const LONGEST_DELAY_MS = 4_000;
/**
 * Answers to the services, and what they pull from streams, come to subjects below this one. Producers may listen to
 * `_INBOX.>`, which is for their own answers, so it must be another one (deploy/kubernetes/nats.conf).
 */
export const SERVICE_INBOX = '_INBOX_mcm';
/** Seconds after which asking again makes sense. */
const RETRY_AFTER_SECONDS = 2;

/**
 * A connection to NATS that comes back by itself, for ever. Others ask it whether it is up before they send: what the
 * client library is given while it is down would be lost without a word.
 */
export class NatsLink {
  private connected = true;
  private closing: Promise<void> | undefined;
  /** Of answers that are waited for: each is told when the connection is lost. */
  private readonly awaited = new Set<() => void>();
  private readonly waiting = new Set<(up: boolean) => void>();
  private readonly listeners = new Set<() => void>();

  private constructor(
    /** For subscriptions, which outlive a lost connection. */
    readonly connection: NatsConnection,
    /** The servers, without passwords. */
    readonly where: string,
    private readonly log: FaultLog,
    private readonly backoff: Backoff,
  ) {
    void this.watch();
  }

  /**
   * Connects. Rejects with `NATS.UNREACHABLE` (kind `unavailable`) and the reason when that does not work immediately, and
   * with `NATS.REFUSED` (kind `invalid`) when the server does not let this user in: waiting does not help there.
   */
  static async connect(settings: NatsSettings, log: FaultLog): Promise<NatsLink> {
    const where = settings.servers.map((server) => server.replace(/\/\/[^@/]*@/, '//')).join(', ');
    const backoff = new Backoff();
    try {
      const connection = await connect(await connectionOptions(settings, () => backoff.delayMs));
      return new NatsLink(connection, where, log, backoff);
    } catch (error) {
      if (error instanceof AuthorizationError)
        throw new AppError(
          'invalid',
          'NATS.REFUSED',
          `The NATS server at ${where} does not let us in: ${messageOf(error)}. Compare user and password with the server's.`,
          { cause: error },
        );
      throw new AppError(
        'unavailable',
        'NATS.UNREACHABLE',
        `The NATS server at ${where} cannot be used: ${messageOf(error)}`,
        { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS },
      );
    }
  }

  get up(): boolean {
    return this.connected;
  }

  /** Largest message in bytes, headers included, that the server takes. */
  get maxPayload(): number {
    return this.connection.info?.max_payload ?? 1024 * 1024;
  }

  /** Resolves when the connection is up; rejects with {@link away} when that takes too long or it is being closed. */
  async untilUp(timeoutMs: number): Promise<void> {
    if (this.connected) return;
    if (this.closing) throw this.away();
    const up = await new Promise<boolean>((resolve) => {
      const settle = (value: boolean): void => {
        clearTimeout(timer);
        this.waiting.delete(settle);
        resolve(value);
      };
      const timer = setTimeout(() => settle(false), timeoutMs);
      this.waiting.add(settle);
    });
    if (!up) throw this.away();
  }

  /** What the promise says, or {@link away} as soon as the connection is lost: an answer would not come any more. */
  async whileUp<T>(answer: Promise<T>): Promise<T> {
    // A race with one promise for the whole connection would keep every answer in memory until the connection is lost.
    let lose!: () => void;
    const lost = new Promise<never>((_, reject) => (lose = () => reject(this.away())));
    if (!this.connected) lose();
    this.awaited.add(lose);
    try {
      return await Promise.race([answer, lost]);
    } finally {
      this.awaited.delete(lose);
    }
  }

  /** Called each time that the connection has come back, until the function that is returned is called. */
  onUp(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  away(): AppError {
    return new AppError('unavailable', 'NATS.AWAY', `There is no connection to NATS at ${this.where}`, {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }

  /** Sends what waits, then ends the connection. */
  close(): Promise<void> {
    this.closing ??= (async () => {
      if (this.connected) await this.whileUp(this.connection.flush()).catch(() => undefined);
      await this.connection.close();
      this.goDown();
      for (const settle of [...this.waiting]) settle(false);
    })();
    return this.closing;
  }

  private async watch(): Promise<void> {
    for await (const status of this.connection.status()) {
      if (status.type === 'disconnect') this.goDown();
      else if (status.type === 'reconnecting') this.backoff.tried();
      else if (status.type === 'reconnect') this.goUp();
      else if (status.type === 'error')
        this.log.error({ err: status.error }, `NATS: ${status.error.message}`);
    }
  }

  private goDown(): void {
    if (!this.connected) return;
    this.connected = false;
    for (const lose of [...this.awaited]) lose();
    if (!this.closing) this.log.warn({}, `The connection to NATS at ${this.where} was lost`);
  }

  private goUp(): void {
    this.backoff.reset();
    this.connected = true;
    this.log.warn({}, `The connection to NATS at ${this.where} is back`);
    for (const settle of [...this.waiting]) settle(true);
    for (const listener of [...this.listeners]) listener();
  }
}

/** The time between two tries; the client library asks for it more often than it tries. */
class Backoff {
  delayMs = 0;
  private tries = 0;

  tried(): void {
    const delay = Math.min(SHORTEST_DELAY_MS * 2 ** this.tries, LONGEST_DELAY_MS);
    this.tries += 1;
    this.delayMs = delay + Math.random() * delay;
  }

  reset(): void {
    this.tries = 0;
    this.delayMs = 0;
  }
}

async function connectionOptions(
  settings: NatsSettings,
  reconnectDelayHandler: () => number,
): Promise<NodeConnectionOptions> {
  const { servers, user, password, token, credentialsFile, tls, name } = settings;
  const secure = tls !== undefined || servers.some((server) => server.startsWith('tls://'));
  return {
    servers: [...servers],
    timeout: CONNECT_MS,
    maxReconnectAttempts: -1,
    // A password that is wrong now may be right after the server was repaired.
    ignoreAuthErrorAbort: true,
    reconnectDelayHandler,
    pingInterval: PING_MS,
    maxPingOut: PINGS_MISSED,
    inboxPrefix: SERVICE_INBOX,
    // Where a call came from costs a stack trace for each.
    noAsyncTraces: true,
    ...(name !== undefined && { name }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { pass: password }),
    ...(token !== undefined && { token }),
    ...(credentialsFile !== undefined && {
      authenticator: credsAuthenticator(new Uint8Array(await readFile(credentialsFile))),
    }),
    ...(secure && { tls: { ...tls } }),
  };
}
