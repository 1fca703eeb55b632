import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgres } from '@mcm/hosting';
import { generateEvents } from '@mcm/simulator';
import {
  createTestDatabase,
  describeWith,
  eventually,
  type OwnTestServer,
  startOwnNats,
  startOwnRedis,
} from '@mcm/testing';
import { DistributedSystem, type ServiceName } from '../support/distributed-system.js';
import { allFindings, get, send, settled, startSystem, type System } from '../support/system.js';

/** `KILL_TEST=long` is the form for a quiet machine: two thousand events a second. */
const LONG = process.env['KILL_TEST'] === 'long';
const EVENTS = LONG ? 120_000 : 36_000;
const BATCH = LONG ? 200 : 60;
/** Between two batches: 2,000 or 600 events a second. */
const PACE_MS = 100;

const NOW = Date.now();
const DAY = 24 * 3600 * 1000;
const events = generateEvents({ count: EVENTS, from: NOW - DAY, to: NOW - DAY + 6 * 3600 * 1000, seed: 7 });

type Victim = ServiceName | 'nats' | 'redis' | 'postgres';
const ALONE: Victim[][] = [
  ['ingestion'],
  ['rules'],
  ['ai-worker'],
  ['gateway'],
  ['nats'],
  ['redis'],
  ['postgres'],
];
const PAIRS: Victim[][] = [
  ['ingestion', 'nats'],
  ['rules', 'postgres'],
  ['gateway', 'ingestion'],
  ['ai-worker', 'redis'],
  ['rules', 'nats'],
];
const KILLED = [...ALONE, ...PAIRS];

/** What must be the same in both runs. Ids and times of writing differ. */
const findingsOf = async (system: System) =>
  (await allFindings(system.api))
    .map((f) =>
      [f.rule_name, f.user, f.severity, f.event_count, f.first_seen, f.last_seen, f.description].join(' | '),
    )
    .sort();

/** A producer as the documentation describes it: what was not acknowledged is sent again. */
class SteadyProducer {
  private next = 0;
  refused = 0;

  constructor(private readonly api: string) {}

  get acknowledged(): number {
    return this.next;
  }

  get done(): boolean {
    return this.next >= events.length;
  }

  /** Pushes at a steady pace as long as `going` says so, then the rest as fast as it goes. */
  async run(going: () => boolean): Promise<void> {
    while (!this.done) {
      const batch = events.slice(this.next, this.next + BATCH);
      const began = performance.now();
      while (!(await this.push(batch))) {
        this.refused += 1;
        await delay(100);
      }
      this.next += batch.length;
      if (going()) await delay(Math.max(0, PACE_MS - (performance.now() - began)));
    }
  }

  private async push(batch: readonly unknown[]): Promise<boolean> {
    // The gateway itself is dead when there is no answer.
    const answer = await send<{ code?: string }>(`${this.api}/events`, batch).catch(() => null);
    if (answer === null) return false;
    // Nothing but "try later" is said to a good request, whatever is dead behind the gateway.
    const { status, body } = answer;
    if (status !== 202 && status !== 503) throw new Error(`POST /events: ${status} ${JSON.stringify(body)}`);
    return status === 202;
  }
}

describeWith(
  { nats: 'own', redis: 'own' },
  'Parts of the distributed system killed with -9 under load',
  () => {
    let folder: string;
    let nats: OwnTestServer;
    let redis: OwnTestServer;
    let system: DistributedSystem;
    const postgres = new EmbeddedPostgres();

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'mcm-killed-'));
      await chmod(folder, 0o755);
      const [{ url }] = await Promise.all([
        postgres.start({ dataDir: join(folder, 'postgres') }),
        startOwnNats().then((server) => (nats = server)),
        startOwnRedis().then((server) => (redis = server)),
      ]);
      system = await DistributedSystem.start({
        databaseUrl: url,
        natsUrl: nats.url,
        redisUrl: redis.url,
        replicas: { rules: 2 },
      });
    });
    afterAll(async () => {
      await system?.stop();
      await Promise.all([nats?.stop(), redis?.stop()]);
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    });

    /** Kills it and starts it again; PostgreSQL is started again by its supervisor. */
    async function killAndRestart(victim: Victim): Promise<void> {
      if (victim === 'nats' || victim === 'redis') {
        const server = victim === 'nats' ? nats : redis;
        await server.kill();
        await delay(500);
        await server.restart();
      } else if (victim === 'postgres') {
        const pid = (await readFile(join(folder, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n')[0];
        process.kill(Number(pid), 'SIGKILL');
      } else {
        const replica = system.of(victim)[0]!;
        await replica.kill();
        replica.launch();
      }
    }

    it('stores what was acknowledged once, finds what an undisturbed run finds, ends every job, and is well again', async () => {
      let killing = true;
      const producer = new SteadyProducer(system.api);
      const producing = producer.run(() => killing);
      producing.catch(() => undefined);
      const jobs: string[] = [];
      const wasDown: Record<string, number> = {};
      try {
        for (const victims of KILLED) {
          await delay(500);
          // Work for the AI worker while something dies.
          const queued = await send<{ id?: string }>(`${system.api}/enrichments`, {}).catch(() => null);
          if (queued?.body.id) jobs.push(queued.body.id);
          const began = performance.now();
          await Promise.all(victims.map(killAndRestart));
          await eventually(
            async () => {
              const answers = await Promise.all(
                system.replicas.map(({ management }) => fetch(`${management}/health/ready`)),
              );
              return answers.every(({ ok }) => ok);
            },
            { timeoutMs: 120_000, intervalMs: 100 },
          );
          wasDown[victims.join('+')] = Math.round(performance.now() - began);
        }
      } finally {
        killing = false;
      }
      await producing;
      await settled(system.api, 180_000);

      const { total_events } = await get<{ total_events: number }>(`${system.api}/stats/summary`);
      expect(total_events).toBe(EVENTS);
      expect(await get<unknown>(`${system.api}/dead-letters`)).toMatchObject({ items: [] });
      expect(jobs.length).toBeGreaterThan(0);
      for (const id of jobs) {
        await eventually(
          async () =>
            ['completed', 'failed'].includes(
              (await get<{ state: string }>(`${system.api}/enrichments/${id}`)).state,
            ),
          { timeoutMs: 120_000 },
        );
      }
      const found = await findingsOf(system);
      expect(found.length).toBeGreaterThan(100);

      const database = await createTestDatabase();
      const undisturbed = await startSystem({ databaseUrl: database.url });
      try {
        for (let i = 0; i < events.length; i += 500) {
          expect((await send(`${undisturbed.api}/events`, events.slice(i, i + 500))).status).toBe(202);
        }
        await settled(undisturbed.api);
        expect(found).toEqual(await findingsOf(undisturbed));
      } finally {
        await undisturbed.stop();
        await database.drop();
      }
      if (LONG) process.stderr.write(`milliseconds until all was ready again: ${JSON.stringify(wasDown)}\n`);
    });
  },
);
