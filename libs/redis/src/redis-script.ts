import type { Redis } from 'ioredis';

/** A script that Redis runs as one step. */
export interface RedisScript {
  /** Letters only; distinct among the scripts of a connection. */
  name: string;
  keys: number;
  lua: string;
}

/** Makes a script known to a connection; the text itself goes over the wire once only. Values come back as buffers. */
export function runnable(
  redis: Redis,
  { name, keys, lua }: RedisScript,
): (...args: (string | number | Buffer)[]) => Promise<unknown> {
  redis.defineCommand(name, { numberOfKeys: keys, lua });
  const commands = redis as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  return (...args) => commands[`${name}Buffer`]!(...args);
}
