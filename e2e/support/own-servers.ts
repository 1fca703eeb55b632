import { createTestDatabase, type OwnTestServer, startOwnNats, startOwnRedis } from '@mcm/testing';

/** PostgreSQL, NATS and Redis for one test alone, which may kill the latter two. */
export interface OwnServers {
  nats: OwnTestServer;
  redis: OwnTestServer;
  /** Where a distributed system finds them. */
  addresses: { databaseUrl: string; natsUrl: string; redisUrl: string };
  stop(): Promise<void>;
}

export async function startOwnServers(): Promise<OwnServers> {
  const [database, nats, redis] = await Promise.all([createTestDatabase(), startOwnNats(), startOwnRedis()]);
  return {
    nats,
    redis,
    addresses: { databaseUrl: database.url, natsUrl: nats.url, redisUrl: redis.url },
    stop: async () => {
      await Promise.all([nats.stop(), redis.stop()]);
      await database.drop();
    },
  };
}
