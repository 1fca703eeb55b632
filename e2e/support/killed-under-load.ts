import { createTestDatabase, type TestDatabase } from '@mcm/testing';
import { generateEvents } from '@mcm/simulator';
import { allFindings, get, send, settled, startSystem, type StandaloneSystem } from './system.js';

const BATCH = 500;

const NOW = Date.now();
const DAY = 24 * 3600 * 1000;

/** What must be the same in both runs. Ids and times of writing differ. */
async function findingsOf(system: StandaloneSystem): Promise<string[]> {
  const findings = await allFindings(system.api);
  return findings
    .map((f) =>
      [f.rule_name, f.user, f.severity, f.event_count, f.first_seen, f.last_seen, f.description].join(' | '),
    )
    .sort();
}

async function push(system: StandaloneSystem, batch: readonly unknown[]): Promise<boolean> {
  try {
    const { status } = await send(`${system.api}/events`, batch);
    return status === 202;
  } catch {
    // The process is gone: not acknowledged, so the producer sends the batch again.
    return false;
  }
}

/**
 * Sends so many events of six hours full of activity, enough for every kind of window to open, grow and close, and kills
 * the process after these batches of 500.
 */
export function survivesKills(count: number, killedAfterBatches: readonly number[]): void {
  const events = generateEvents({
    count,
    from: NOW - DAY,
    to: NOW - DAY + 6 * 3600 * 1000,
    seed: 20_000,
  });

  const databases: TestDatabase[] = [];
  const systems: StandaloneSystem[] = [];
  const database = async () => {
    const created = await createTestDatabase();
    databases.push(created);
    return created.url;
  };
  const start = async (databaseUrl: string) => {
    const system = await startSystem({ databaseUrl });
    systems.push(system);
    return system;
  };

  afterAll(async () => {
    await Promise.all(systems.map((system) => system.stop()));
    await Promise.all(databases.map((created) => created.drop()));
  });

  it('stores every acknowledged event once, and finds what an undisturbed run finds', async () => {
    const undisturbed = await start(await database());
    for (let i = 0; i < events.length; i += BATCH) {
      expect(await push(undisturbed, events.slice(i, i + BATCH))).toBe(true);
    }
    await settled(undisturbed.api);
    const expected = await findingsOf(undisturbed);
    await undisturbed.stop();

    const url = await database();
    let system = await start(url);
    for (let i = 0, batch = 0; i < events.length; i += BATCH, batch += 1) {
      const sending = push(system, events.slice(i, i + BATCH));
      if (killedAfterBatches.includes(batch)) await system.kill();
      if (await sending) continue;
      system = await start(url);
      expect(await push(system, events.slice(i, i + BATCH))).toBe(true);
    }
    await settled(system.api);

    const { total_events } = await get<{ total_events: number }>(`${system.api}/stats/summary`);
    expect(total_events).toBe(count);
    const found = await findingsOf(system);
    expect(found.length).toBeGreaterThan(count / 200);
    expect(found).toEqual(expected);
  });
}
