import { AppError, newId, Turns } from '@mcm/kernel';
import type { FaultLog } from '@mcm/platform';
import {
  assertKeepsKeys,
  readServer,
  RedisConnections,
  redisError,
  runnable,
  type Redis,
  type RedisAddress,
  type RedisScript,
} from '@mcm/redis';
import { DEFAULT_LOG_BYTES, type Exchange, type MatchLog, type MatchLogStatus } from '../../match-log.js';

export interface RedisMatchLogOptions {
  address: RedisAddress;
  /** First part of the keys; default `mcm`. Replicas with the same one share their windows. */
  prefix?: string;
  /** Size above which the oldest batches go; default 64 MiB. */
  maxBytes?: number;
  /** Milliseconds after which a call fails when Redis does not answer; default 15,000. */
  answerMs?: number;
  log: FaultLog;
}

/** Batches in one answer: some megabytes. */
const PAGE = 64;
/** A log without readers expires. */
const IDLE_MS = 24 * 3_600_000;

/** Most of the server's memory that the log may take: the job queue needs the rest. */
const MEMORY_SHARE = 0.25;

/**
 * Appends and reads in one step. The log is a list; the number of its first and last batch, its bytes and the name of
 * its life (`epoch`) stand beside it. Another epoch, or a position behind the end, means that the log lost something:
 * then all begin again, also those that have not noticed yet.
 *
 * It begins with a command that takes no memory: then Redis lets all others of the script through, also while its memory
 * is full (https://redis.io/docs/latest/develop/programmability/eval-intro/, "Script execution under low memory
 * conditions"). So jobs that fill Redis do not stop the evaluation of events, and the log itself is bounded.
 */
const EXCHANGE: RedisScript = {
  name: 'mcmExchangeMatches',
  keys: 2,
  lua: `
    redis.call('PEXPIRE', KEYS[1], ARGV[7])
    local state = redis.call('HMGET', KEYS[1], 'epoch', 'first', 'last', 'bytes')
    local epoch, first, last, bytes = state[1], tonumber(state[2]), tonumber(state[3]), tonumber(state[4])
    local position, page, own, limit = tonumber(ARGV[2]), tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6])
    local changed = false
    if not epoch or redis.call('LLEN', KEYS[2]) ~= last - first + 1 or (ARGV[1] == epoch and position > last) then
      redis.call('DEL', KEYS[2])
      epoch, first, last, bytes, changed = ARGV[3], 1, 0, 0, true
    end
    local known = ARGV[1] == epoch and position >= first - 1
    local others, done = {}, 1
    if known then
      others = redis.call('LRANGE', KEYS[2], position - first + 1, position - first + page)
      position = position + #others
      if position < last then done = 0 end
    else
      position = last
    end
    if done == 1 and own ~= '' then
      redis.call('RPUSH', KEYS[2], own)
      last, position, bytes, changed = last + 1, last + 1, bytes + #own, true
      while bytes > limit and first < last do
        bytes = bytes - #redis.call('LPOP', KEYS[2])
        first = first + 1
      end
    end
    if changed then
      redis.call('HSET', KEYS[1], 'epoch', epoch, 'first', first, 'last', last, 'bytes', bytes)
    end
    redis.call('PEXPIRE', KEYS[1], ARGV[7])
    redis.call('PEXPIRE', KEYS[2], ARGV[7])
    return { epoch, position, known and 1 or 0, done, others }`,
};
type Answer = [epoch: Buffer, position: number, known: number, done: number, others: Buffer[]];

/** A log in Redis, for replicas anywhere. One round trip per batch. */
export class RedisMatchLog implements MatchLog {
  private readonly connections: RedisConnections;
  private readonly redis: Redis;
  private readonly run: ReturnType<typeof runnable>;
  private readonly turns = new Turns();
  private readonly keys: readonly [string, string];
  private readonly maxBytes: number;
  private epoch = '';
  private position = 0;
  private closed = false;
  /** Bytes; 0 when the server has no limit. */
  private serverMemory = 0;

  constructor(options: RedisMatchLogOptions) {
    this.connections = new RedisConnections({
      address: options.address,
      name: 'mcm:match-log',
      ...(options.answerMs !== undefined && { answerMs: options.answerMs }),
      log: options.log,
    });
    this.redis = this.connections.connect('asking');
    this.run = runnable(this.redis, EXCHANGE);
    // In braces what decides the place in a cluster: both keys must be at the same one.
    const name = `{${options.prefix ?? 'mcm'}:matches}`;
    this.keys = [`${name}:state`, `${name}:log`];
    this.maxBytes = options.maxBytes ?? DEFAULT_LOG_BYTES;
  }

  /** A log whose server was seen to work; rejects with `MATCH_LOG.UNAVAILABLE`, and with `REDIS.EVICTS`. */
  static async open(options: RedisMatchLogOptions): Promise<RedisMatchLog> {
    const log = new RedisMatchLog(options);
    try {
      const server = await log.asking(() => readServer(log.redis));
      assertKeepsKeys(server);
      log.serverMemory = server.maxMemory;
      return log;
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  exchange(own?: () => string): Promise<Exchange> {
    let text: string | undefined;
    return this.turns.run(async () => {
      if (this.closed) throw new AppError('unavailable', 'MATCH_LOG.CLOSED', 'The match log is closed');
      text ??= own?.() ?? '';
      const answer = await this.asking(() =>
        this.run(...this.keys, this.epoch, this.position, newId(), PAGE, text!, this.limitBytes, IDLE_MS),
      );
      const [epoch, position, known, done, others] = answer as Answer;
      this.epoch = epoch.toString();
      this.position = position;
      return {
        others: others.map((batch) => batch.toString()),
        missed: known === 0,
        done: done === 1,
      };
    });
  }

  private get limitBytes(): number {
    return this.serverMemory === 0
      ? this.maxBytes
      : Math.min(this.maxBytes, Math.floor(MEMORY_SHARE * this.serverMemory));
  }

  async status(): Promise<MatchLogStatus> {
    const [[epoch, last, bytes], batches, server] = await this.asking(() =>
      Promise.all([
        this.redis.hmget(this.keys[0], 'epoch', 'last', 'bytes'),
        this.redis.llen(this.keys[1]),
        readServer(this.redis),
      ]),
    );
    const { usedMemory, maxMemory } = server;
    // It may be changed while the server runs.
    this.serverMemory = maxMemory;
    return {
      batches,
      behind: epoch === this.epoch ? Math.min(batches, Number(last) - this.position) : batches,
      bytes: Number(bytes ?? 0),
      maxBytes: this.limitBytes,
      server: { usedMemory, maxMemory },
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.connections.close();
  }

  private async asking<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw redisError('MATCH_LOG.UNAVAILABLE', 'The match log cannot be reached', error);
    }
  }
}
