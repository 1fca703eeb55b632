import { AppError, messageOf } from '@mcm/kernel';
import { FaultReporter, type FaultLog } from '@mcm/platform';
import { Redis, type RedisOptions } from 'ioredis';
import { addressOptions, type RedisAddress } from './redis-address.js';

export interface RedisConnectionsOptions {
  address: RedisAddress;
  /** Shows in Redis's list of clients, e.g. `mcm:job-queue`. */
  name: string;
  /** Milliseconds after which an `asking` command without an answer fails; default 15,000. */
  answerMs?: number;
  log: FaultLog;
}

/** How a connection behaves while Redis is away. Both kinds connect again for ever. */
export type RedisManner =
  /** Commands fail when connecting again failed once more, and when no answer comes in time. */
  | 'asking'
  /** Commands wait until Redis is back: for loops that have nothing better to do. */
  | 'waiting';

const ANSWER_MS = 15_000;
const CONNECT_MS = 5_000;
/** A server that is gone without a word (a cut cable, a stopped process) shows by silence; reads block for ten seconds. */
const HEARTBEAT_MS = 15_000;
const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 2_000;
/** Orderly goodbyes are not worth waiting longer. */
const QUIT_MS = 1_000;
const LAST_TRY_MS = 2_000;

/** The connections of one part of this process to one Redis, copies made by libraries included. */
export class RedisConnections {
  private readonly open = new Set<Redis>();
  private readonly faults: FaultReporter;
  private readonly address: RedisOptions;
  private readonly heartbeat: NodeJS.Timeout;
  private closed = false;

  /** Opens nothing yet. Throws `REDIS.BAD_URL` and `REDIS.BAD_CA_FILE`. */
  constructor(private readonly options: RedisConnectionsOptions) {
    this.faults = new FaultReporter(options.log);
    this.address = addressOptions(options.address);
    this.heartbeat = setInterval(() => this.beat(), HEARTBEAT_MS).unref();
  }

  /** A separate connection, which begins to connect immediately. Close all of them with {@link close}. */
  connect(manner: RedisManner): Redis {
    return new TrackedRedis(
      {
        ...this.address,
        ...(manner === 'waiting'
          ? { maxRetriesPerRequest: null }
          : { maxRetriesPerRequest: 1, commandTimeout: this.options.answerMs ?? ANSWER_MS }),
        connectionName: this.options.name,
        connectTimeout: CONNECT_MS,
        retryStrategy: retryDelay,
        // After a failover the old primary is a replica that refuses writes: look for the new one, and say it again.
        reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false),
      },
      {
        made: (redis) => {
          this.open.add(redis);
          redis.on('error', (error: unknown) => this.faults.report(this.options.name, error));
        },
        mayConnect: () => !this.closed,
      },
    );
  }

  /** Says goodbye to Redis, or hangs up where it does not answer. Commands that still wait fail or stay without answer. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.heartbeat);
    await Promise.all([...this.open].map(hangUp));
    this.open.clear();
  }

  /** Cuts connections on which nothing has come for a while although an answer was due; they then connect again. */
  private beat(): void {
    for (const redis of this.open) {
      if (redis.status === 'end') this.open.delete(redis);
      if (redis.status !== 'ready') continue;
      within(HEARTBEAT_MS, redis.ping()).catch((error: unknown) => {
        if (this.closed || redis.status !== 'ready') return;
        this.faults.report(this.options.name, error);
        redis.disconnect(true);
      });
    }
  }
}

interface Owner {
  made(redis: Redis): void;
  mayConnect(): boolean;
}

/** Tells of its copies: BullMQ makes some for what blocks, and keeps them to itself. */
class TrackedRedis extends Redis {
  constructor(
    options: RedisOptions,
    private readonly owner: Owner,
  ) {
    super({ ...options, lazyConnect: true });
    owner.made(this);
    if (!options.lazyConnect) void this.connect().catch(() => undefined);
  }

  override duplicate(override?: Partial<RedisOptions>): Redis {
    return new TrackedRedis({ ...this.options, lazyConnect: false, ...override } as RedisOptions, this.owner);
  }

  /** Refused once everything is closed: a holder of a copy would otherwise reopen it. */
  override connect(callback?: Parameters<Redis['connect']>[0]): Promise<void> {
    if (this.owner.mayConnect() || this.status === 'reconnecting') return super.connect(callback);
    return Promise.reject(new Error('Connection is closed.'));
  }
}

/** Doubles up to two seconds, less up to a half by chance, so that many clients do not come back at one moment. */
function retryDelay(times: number): number {
  const delay = Math.min(FIRST_RETRY_MS * 2 ** (times - 1), LONGEST_RETRY_MS);
  return Math.round(delay * (0.5 + Math.random() / 2));
}

/** Ends a connection for good; commands that still wait on it fail. */
async function hangUp(redis: Redis): Promise<void> {
  if (redis.status === 'end') return;
  const ended = new Promise<void>((resolve) => redis.once('end', () => resolve()));
  redis.options.retryStrategy = null;
  if (redis.status === 'ready') await within(QUIT_MS, redis.quit()).catch(() => undefined);
  const between = redis.status === 'reconnecting';
  redis.disconnect();
  if (between) {
    // Told to stop between two tries, it would keep its waiting commands for ever: it fails them after one last try.
    redis.once('ready', () => redis.disconnect());
    redis.connect().catch(() => undefined);
  }
  await within(LAST_TRY_MS, ended).catch(() => undefined);
}

async function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Anything that a command throws, as an `AppError` of kind `unavailable`; its own errors pass. */
export function redisError(code: string, doing: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('unavailable', code, `${doing}: ${messageOf(error)}`, {
    retryAfterSeconds: 2,
    cause: error,
  });
}
