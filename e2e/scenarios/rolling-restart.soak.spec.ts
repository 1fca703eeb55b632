import { setTimeout as delay } from 'node:timers/promises';
import { generateEvents } from '@mcm/simulator';
import { describeWith, eventually } from '@mcm/testing';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { DistributedSystem, type Replica } from '../support/distributed-system.js';
import { type OwnServers, startOwnServers } from '../support/own-servers.js';
import { RetryingClient } from '../support/retrying-client.js';
import { get, settled } from '../support/system.js';

const NOW = Date.now();
const DAY = 24 * 3600 * 1000;
/** More than are needed until everything has been restarted. */
const events = generateEvents({ count: 60_000, from: NOW - DAY, to: NOW - 3600_000, seed: 11 });
const BATCH = 40;
const PACE_MS = 100;

describeWith({ nats: 'own', redis: 'own' }, 'A rolling restart of every service under load', () => {
  let servers: OwnServers;
  let system: DistributedSystem;
  let connection: NatsConnection;
  const exitCodes: (number | null)[] = [];

  beforeAll(async () => {
    servers = await startOwnServers();
    system = await DistributedSystem.start({
      ...servers.addresses,
      replicas: { gateway: 2, ingestion: 2, rules: 2 },
    });
    connection = await connect({ servers: servers.nats.url });
  });
  afterAll(async () => {
    await connection?.close();
    await system?.killAll();
    await servers?.stop();
  });

  async function restart(replica: Replica): Promise<void> {
    exitCodes.push(await replica.stop());
    replica.launch();
    await replica.untilReady();
  }

  it('shows no error to clients that send again as documented, and stores once what was acknowledged', async () => {
    let going = true;
    const client = new RetryingClient(system.api, 500);
    const reader = new RetryingClient(system.api, 500);

    let sent = 0;
    const overHttp = async (): Promise<number> => {
      let acknowledged = 0;
      while (going) {
        const batch = events.slice(sent, (sent += BATCH));
        const { status, body } = await client.post('/events', batch);
        // Sent a second time after an answer that was lost, they are accepted again; the second time changes nothing.
        expect({ status, body }).toMatchObject({ status: 202, body: { accepted: BATCH, rejected: [] } });
        acknowledged += BATCH;
        await delay(PACE_MS);
      }
      return acknowledged;
    };
    const overNats = async (): Promise<number> => {
      let acknowledged = 0;
      while (going) {
        const event = { event_type: 'login_success', user: 'nats', event_id: `nats-${acknowledged}` };
        for (;;) {
          const answer = await connection
            .request('compliance.events.ingest', JSON.stringify(event), { timeout: 5_000 })
            .then((message) => message.json<{ accepted?: number; error?: { code: number } }>())
            // No connection, or no answer in time.
            .catch(() => ({ error: { code: 503 }, accepted: undefined }));
          if (answer.accepted === 1) break;
          expect(answer).toMatchObject({ error: { code: 503 } });
          await delay(100);
        }
        acknowledged += 1;
        await delay(PACE_MS / 5);
      }
      return acknowledged;
    };
    const reading = async (): Promise<void> => {
      while (going) {
        for (const path of ['/findings?page_size=5', '/stats/summary', '/events'])
          expect(await reader.request(path)).toMatchObject({ status: 200 });
        const run = await reader.post('/enrichments', { limit: 3 });
        expect(run.status).toBeLessThan(300);
        await delay(PACE_MS * 2);
      }
    };
    const load = Promise.all([overHttp(), overNats(), reading()]);
    load.catch(() => (going = false));
    try {
      // Of each service one process after the other, of all services at the same time.
      for (const nth of [0, 1]) {
        const replicas = (['gateway', 'ingestion', 'rules', 'ai-worker'] as const).flatMap((service) => {
          const replica = system.of(service)[nth];
          return replica === undefined ? [] : [replica];
        });
        await Promise.all(replicas.map(restart));
      }
    } finally {
      going = false;
    }
    const [http, single] = await load;

    // All of them, and each in order.
    expect(exitCodes).toEqual(Array.from({ length: 7 }, () => 0));
    expect(Math.min(http, single)).toBeGreaterThan(0);
    expect(http).toBeLessThan(events.length);
    await settled(system.api, 180_000);
    const { total_events } = await get<{ total_events: number }>(`${system.api}/stats/summary`);
    expect(total_events).toBe(http + single);
    expect(await get<unknown>(`${system.api}/dead-letters`)).toMatchObject({ items: [] });
    await eventually(
      async () => {
        const runs = await get<{ state: string }[]>(`${system.api}/enrichments`);
        return runs.length > 0 && runs.every(({ state }) => state === 'completed');
      },
      { timeoutMs: 60_000 },
    );
  });
});
