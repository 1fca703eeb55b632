import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describeWith, eventually } from '@mcm/testing';
import { DistributedSystem } from '../support/distributed-system.js';
import { type OwnServers, startOwnServers } from '../support/own-servers.js';
import { ROOT } from '../support/program.js';
import { readiness } from '../support/readiness.js';
import { allFindings, get, send } from '../support/system.js';

const HOUR = 3_600_000;
const SHIFTED = pathToFileURL(join(ROOT, 'e2e/support/shifted-clock.mjs')).href;
const clockOff = (ms: number) => ({ NODE_OPTIONS: `--import ${SHIFTED}`, CLOCK_SHIFT_MS: String(ms) });

describeWith({ nats: 'own', redis: 'own' }, 'Processes whose clocks are wrong', () => {
  let servers: OwnServers;
  let system: DistributedSystem;
  beforeAll(async () => {
    servers = await startOwnServers();
    system = await DistributedSystem.start({
      ...servers.addresses,
      envOf: { rules: clockOff(72 * HOUR), ingestion: clockOff(-2 * HOUR) },
      awaited: ['ingestion', 'gateway'],
    });
  });
  afterAll(async () => {
    await system?.killAll();
    await servers?.stop();
  });

  const failSignIns = () =>
    Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        send<{ accepted: number }>(`${system.api}/events`, {
          event_id: `f-${n}`,
          event_type: 'login_failed',
          user: 'mallory',
          timestamp: new Date().toISOString(),
          raw_data: { ip: '203.0.113.7' },
        }),
      ),
    );

  it('are named, take correct events, evaluate nothing, and lose nothing once the clock is right', async () => {
    const [rules] = system.of('rules');
    const [ingestion] = system.of('ingestion');
    // Two hours behind: times of now are no times in the future.
    for (const { status, body } of await failSignIns()) expect([status, body.accepted]).toEqual([202, 1]);
    const behind = await readiness(ingestion!.management);
    expect(behind).toMatchObject({ status: 200, parts: { clock: { status: 'degraded' } } });
    expect(behind.parts['clock']!.detail).toContain('2 hours behind');

    const ahead = await eventually(async () => {
      const seen = await readiness(rules!.management);
      return seen.parts['evaluation']?.status === 'down' && seen;
    });
    expect(ahead.status).toBe(503);
    expect(ahead.parts['evaluation']!.detail).toContain('3 days ahead of');
    const metrics = await (await fetch(`${rules!.management}/metrics`)).text();
    const skew = Number(/^mcm_clock_skew_seconds (.*)$/m.exec(metrics)?.[1]);
    expect(Math.round(skew / 3600)).toBe(72);
    expect(await allFindings(system.api)).toEqual([]);

    rules!.env = { ...rules!.env, CLOCK_SHIFT_MS: '0' };
    await rules!.stop();
    rules!.launch();
    await rules!.untilReady();
    await eventually(
      async () =>
        (await allFindings(system.api)).some((found) => found.user === 'mallory' && found.event_count > 1),
      { timeoutMs: 60_000 },
    );

    const events = await get<{ received_at: string }[]>(`${system.api}/events?user=mallory`);
    expect(events.length).toBe(20);
    for (const { received_at } of events) expect(Date.now() - Date.parse(received_at)).toBeLessThan(HOUR);
  });
});
