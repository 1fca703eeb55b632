import { connect } from 'node:net';
import { generateEvents } from '@mcm/simulator';
import { type OwnTestServer, startOwnNats, startOwnRedis } from '@mcm/testing';
import pg from 'pg';
import { BenchServer } from './bench-system.js';
import { DistributedBenchSystem } from './distributed-system.js';
import { bulk } from './enrichment.bench.js';
import { loadByMessages } from './load-by-messages.js';
import { figure, rate } from './report.js';
import { median } from './statistics.js';

const EVENTS = 10_000;
const FINDINGS = 400;
const ROUNDS = 3;
const DAY = 24 * 3600 * 1000;
let seed = 1_000;

const freshEvents = () => {
  seed += 1;
  return generateEvents({ count: EVENTS, from: Date.now() - 30 * DAY, to: Date.now(), seed });
};

/**
 * What it costs when each server has what it acknowledges on disk: the rate with it as a share of the rate without, in
 * turns on the same system. For PostgreSQL `synchronous_commit`, for Redis `appendfsync`, for NATS `sync_interval`.
 */
export async function benchSyncedWrites(): Promise<void> {
  const server = await BenchServer.start();
  const redis = await startOwnRedis();
  const nats: OwnTestServer[] = [];
  try {
    nats.push(await startOwnNats());
    const databaseUrl = await server.database('synced');
    const lazily = { databaseUrl, redisUrl: redis.url, natsUrl: nats[0]!.url };
    const system = await DistributedBenchSystem.begin(lazily);
    try {
      await system.load(freshEvents());
      await benchPostgres(system);
      await benchRedis(system, redis);
    } finally {
      await system.stop();
    }
    const synced = await startSyncedNats();
    if (synced === null) {
      figure('NATS, sync_interval always', 'not measured', 'needs NATS 2.10 or newer');
      return;
    }
    nats.push(synced);
    await benchNats(server, redis, nats);
  } finally {
    await Promise.all([redis, ...nats].map((each) => each.stop()));
    await server.stop();
  }
}

async function benchPostgres(system: DistributedBenchSystem): Promise<void> {
  const client = new pg.Client({ connectionString: system.databaseUrl });
  await client.connect();
  const set = async (value: string) => {
    await client.query(`ALTER SYSTEM SET synchronous_commit = ${value}`);
    await client.query('SELECT pg_reload_conf()');
  };
  try {
    await compare('PostgreSQL, synchronous_commit on, HTTP batches', 'off', EVENTS, {
      synced: () => set('on'),
      unsynced: () => set('off'),
      run: () => system.load(freshEvents()),
    });
  } finally {
    await set('on');
    await client.end();
  }
}

async function benchRedis(system: DistributedBenchSystem, redis: OwnTestServer): Promise<void> {
  const turns = {
    synced: () => sendToRedis(redis, 'CONFIG SET appendfsync always'),
    unsynced: () => sendToRedis(redis, 'CONFIG SET appendfsync everysec'),
  };
  // Processes of rules share what events matched by Redis.
  await compare('Redis, appendfsync always, HTTP batches', 'everysec', EVENTS, {
    ...turns,
    run: () => system.load(freshEvents()),
  });
  await compare('Redis, appendfsync always, findings scored in bulk', 'everysec', FINDINGS, {
    ...turns,
    run: async () => (await bulk(system.api, FINDINGS)).seconds,
  });
}

/** Two systems beside each other, because a server reads the setting at its start; the one that rests costs nothing. */
async function benchNats(
  server: BenchServer,
  redis: OwnTestServer,
  [lazy, synced]: readonly OwnTestServer[],
): Promise<void> {
  const systems: DistributedBenchSystem[] = [];
  try {
    for (const nats of [lazy!, synced!]) {
      const databaseUrl = await server.database(`synced_nats_${systems.length}`);
      systems.push(
        await DistributedBenchSystem.begin({ databaseUrl, redisUrl: redis.url, natsUrl: nats.url }),
      );
    }
    let now = 0;
    const turns = {
      synced: () => void (now = 1),
      unsynced: () => void (now = 0),
    };
    for (const turn of [0, 1]) await systems[turn]!.load(freshEvents());
    await compare('NATS, sync_interval always, HTTP batches', '2 minutes', EVENTS, {
      ...turns,
      run: () => systems[now]!.load(freshEvents()),
    });
    await compare('NATS, sync_interval always, single messages', '2 minutes', EVENTS, {
      ...turns,
      run: () => loadByMessages(systems[now]!, [lazy!, synced!][now]!.url, freshEvents()),
    });
  } finally {
    await Promise.all(systems.map((system) => system.stop()));
  }
}

/** `run` gives seconds. */
async function compare(
  name: string,
  otherwise: string,
  count: number,
  { synced, unsynced, run }: { synced: () => unknown; unsynced: () => unknown; run: () => Promise<number> },
): Promise<void> {
  const seconds: { synced: number[]; unsynced: number[] } = { synced: [], unsynced: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    await unsynced();
    seconds.unsynced.push(await run());
    await synced();
    seconds.synced.push(await run());
  }
  await unsynced();
  const [slow, fast] = [median(seconds.synced), median(seconds.unsynced)];
  figure(name, rate(count, slow), `${(fast / slow).toFixed(2)} of ${otherwise} (${rate(count, fast)})`);
}

/** One that syncs each message; null when the server does not know the setting. */
async function startSyncedNats(): Promise<OwnTestServer | null> {
  return startOwnNats({
    configuration: (folder) => `jetstream { store_dir: "${folder}/synced", sync_interval: always }\n`,
  }).catch(() => null);
}

/** Sends one command and insists on OK. */
function sendToRedis({ host, port }: OwnTestServer, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port }, () => socket.write(`${command}\r\n`));
    socket.once('error', reject);
    socket.once('data', (answer) => {
      socket.end();
      const text = answer.toString();
      if (text.startsWith('+OK')) resolve();
      else reject(new Error(`Redis answered ${text}`));
    });
  });
}
