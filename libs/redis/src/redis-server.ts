import { AppError } from '@mcm/kernel';
import type { Redis } from 'ioredis';

/** What a Redis says of itself. */
export interface RedisServer {
  version: string;
  /** Another one after each start of the server. */
  runId: string;
  /** What it does when its memory is full: `noeviction`, or which keys it throws away. */
  evictionPolicy: string;
  /** Whether every write goes to a file before it is answered, so that it survives the death of the server. */
  appendOnly: boolean;
  /** Bytes. */
  usedMemory: number;
  /** Bytes; 0 when nothing but the machine limits it. */
  maxMemory: number;
}

/** Asks the server; rejects with what the connection says when it cannot be reached. */
export async function readServer(redis: Redis): Promise<RedisServer> {
  const fields = new Map(
    (await redis.info()).split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(':');
      return colon < 0 || line.startsWith('#') ? [] : [[line.slice(0, colon), line.slice(colon + 1)]];
    }),
  );
  return {
    version: fields.get('redis_version') ?? 'unknown',
    runId: fields.get('run_id') ?? '',
    evictionPolicy: fields.get('maxmemory_policy') ?? 'noeviction',
    appendOnly: fields.get('aof_enabled') !== '0',
    usedMemory: Number(fields.get('used_memory') ?? 0),
    maxMemory: Number(fields.get('maxmemory') ?? 0),
  };
}

/** The key is small and goes by itself; several processes may write it. */
const PROBE_KEY = 'mcm:write-probe';
const PROBE_MS = 60_000;

/** Resolves when the server takes writes: one whose memory or disk is full still answers questions. */
export async function probeWrites(redis: Redis): Promise<void> {
  await redis.set(PROBE_KEY, new Date().toISOString(), 'PX', PROBE_MS);
}

/** Throws `REDIS.EVICTS` when the server may evict keys of jobs that wait. */
export function assertKeepsKeys({ evictionPolicy }: RedisServer): void {
  if (evictionPolicy === 'noeviction') return;
  throw new AppError(
    'invalid',
    'REDIS.EVICTS',
    `Redis throws keys away when its memory is full (maxmemory-policy ${evictionPolicy}), and jobs with them. ` +
      'Set maxmemory-policy to noeviction.',
  );
}
