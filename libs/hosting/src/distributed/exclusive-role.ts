import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '@mcm/kernel';
import { FaultReporter, type Logger } from '@mcm/platform';
import pg from 'pg';

export interface ExclusiveRoleOptions {
  databaseUrl: string;
  /** Names the advisory lock: the same number for all who compete, in one database. */
  lock: number;
  /** Shown by PostgreSQL in `pg_stat_activity`. */
  name: string;
  logger: Logger;
  /** Told once when somebody else has the role, and again each time after the database was away. */
  onStandby: () => void;
  /** Ends the waiting. */
  signal: AbortSignal;
}

/** Time between two tries to get the role while somebody else has it. */
const TRY_MS = 500;
const RECONNECT_MS = 500;
/** Who has the role asks its connection so often whether it is alive, and gives the role up without an answer. */
const HEARTBEAT_MS = 2_000;
const ANSWER_MS = 4_000;
/**
 * The server notices within 20 seconds that the machine at the other end is gone, and gives the role to another; we
 * have noticed before ({@link HEARTBEAT_MS} + {@link ANSWER_MS}), so that nobody has it twice.
 */
const SERVER_KEEPALIVE =
  "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 2; set statement_timeout = '4s'";

/**
 * A role that one process of many has: an advisory lock of PostgreSQL on a connection of its own. It is free again as
 * soon as that connection ends, also when its process was killed.
 */
export class ExclusiveRole {
  /** Resolves with the reason when the role is lost: stop at once whatever it was for. */
  readonly lost: Promise<string>;
  private lose!: (reason: string) => void;
  private readonly heartbeat: NodeJS.Timeout;
  private released = false;

  private constructor(private readonly client: pg.Client) {
    this.lost = new Promise((resolve) => (this.lose = resolve));
    client.on('error', (error) => this.end(messageOf(error)));
    client.on('end', () => this.end('the connection was closed'));
    this.heartbeat = setInterval(() => {
      client.query('select 1').catch((error: unknown) => this.end(messageOf(error)));
    }, HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  /** Waits, for ever if need be, until this process has the role; null when the signal ended the waiting. */
  static async waitFor(options: ExclusiveRoleOptions): Promise<ExclusiveRole | null> {
    const { signal, logger } = options;
    const faults = new FaultReporter(logger);
    while (!signal.aborted) {
      try {
        const role = await tryOnOneConnection(options);
        if (role !== null) return new ExclusiveRole(role);
      } catch (error) {
        faults.report('the lock of the role', error);
        await delay(RECONNECT_MS * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined);
      }
    }
    return null;
  }

  /** Gives the role to whoever waits for it. */
  async release(): Promise<void> {
    this.released = true;
    clearInterval(this.heartbeat);
    await this.client.end().catch(() => undefined);
  }

  private end(reason: string): void {
    clearInterval(this.heartbeat);
    if (this.released) return;
    this.lose(reason);
    // A connection that does not answer would keep the lock when it comes back to life.
    void this.client.end().catch(() => undefined);
    (
      this.client as unknown as { connection?: { stream?: { destroy(): void } } }
    ).connection?.stream?.destroy();
  }
}

/** Tries again and again while the connection holds; rejects when it does not. */
async function tryOnOneConnection({
  databaseUrl,
  lock,
  name,
  onStandby,
  signal,
}: ExclusiveRoleOptions): Promise<pg.Client | null> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: name,
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
  });
  // Calls reject by themselves; without a handler the event would end the process.
  client.on('error', () => undefined);
  let mine = false;
  try {
    await client.connect();
    await client.query(SERVER_KEEPALIVE);
    for (let tries = 0; !signal.aborted; tries += 1) {
      const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [
        lock,
      ]);
      mine = rows[0]!.mine;
      if (mine) return client;
      if (tries === 0) onStandby();
      await delay(TRY_MS * (0.75 + Math.random() / 2), undefined, { signal }).catch(() => undefined);
    }
    return null;
  } finally {
    if (!mine) await client.end().catch(() => undefined);
  }
}
