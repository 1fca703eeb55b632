import { once } from 'node:events';
import { connect } from 'node:net';
import { describeWith, eventually, type OwnTestServer } from '@mcm/testing';
import { DistributedSystem, type Replica } from '../support/distributed-system.js';
import { type OwnServers, startOwnServers } from '../support/own-servers.js';
import { allFindings, send, settled } from '../support/system.js';

const START = Date.now() - 6 * 3600_000;

/** What one user does within two hours, not in the order in which it happens: every threshold is passed. */
function storyOf(user: string) {
  const types = ['login_failed', 'mfa_failed', 'login_failed', 'login_success'];
  return Array.from({ length: 60 }, (_, i) => ({
    event_id: `${user}-${i}`,
    event_type: types[i % types.length]!,
    timestamp: new Date(START + ((i * 37) % 60) * 120_000).toISOString(),
    user,
    raw_data: { ip: '198.51.100.20', location: i % 3 === 0 ? 'Russia' : 'Berlin', success: i % 4 === 3 },
  }));
}

/** Lets Redis forget everything that it knows. */
async function flush({ host, port }: OwnTestServer): Promise<void> {
  const socket = connect(port, host);
  socket.write('FLUSHALL\r\n');
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  expect(answer.toString()).toBe('+OK\r\n');
}

describeWith(
  { nats: 'own', redis: 'own' },
  'Three processes of rules that divide all events of a user',
  () => {
    let servers: OwnServers;
    let system: DistributedSystem;

    beforeAll(async () => {
      servers = await startOwnServers();
      system = await DistributedSystem.start({
        ...servers.addresses,
        replicas: { rules: 3 },
        launched: { rules: 1 },
      });
    });
    afterAll(async () => {
      await system?.killAll();
      await servers?.stop();
    });

    /** Sends a story event by event, a few at a time; something happens when half of it is sent. */
    async function push(user: string, inTheMiddle: () => Promise<unknown> = () => Promise.resolve()) {
      const events = storyOf(user);
      let next = 0;
      const send3 = async (until: number) => {
        const sender = async () => {
          while (next < until) {
            const { status } = await send(`${system.api}/events`, events[next++]);
            expect(status).toBe(202);
          }
        };
        await Promise.all([sender(), sender(), sender()]);
      };
      await send3(events.length / 2);
      await inTheMiddle();
      await send3(events.length);
      await settled(system.api);
    }

    /** The findings about a user; what differs between users is taken out. */
    const findingsOf = async (user: string) =>
      (await allFindings(system.api, `&user=${user}`))
        .map((f) =>
          [f.rule_name, f.severity, f.event_count, f.first_seen, f.last_seen, f.description]
            .join(' | ')
            .replaceAll(user, 'somebody'),
        )
        .sort();

    async function metric(replica: Replica, name: string): Promise<number> {
      const text = await (await fetch(`${replica.management}/metrics`)).text();
      return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
    }

    it('find what one finds; also when Redis forgets everything, and when one is killed with -9', async () => {
      const [first, ...others] = system.of('rules');
      await push('alone');
      const expected = await findingsOf('alone');
      for (const rule of ['too_many_failed_logins_critical', 'suspicious_login_after_failures']) {
        expect(expected.join('\n')).toContain(rule);
      }
      for (const replica of others) replica.launch();
      await Promise.all(others.map((replica) => replica.untilReady()));

      await push('divided');
      expect(await findingsOf('divided')).toEqual(expected);
      for (const replica of system.of('rules')) {
        expect(await metric(replica, 'mcm_events_evaluated_total')).toBeGreaterThan(0);
        expect(await metric(replica, 'mcm_matches_taken_total')).toBeGreaterThan(0);
        expect(await metric(replica, 'mcm_windows_rebuilt_total')).toBe(0);
      }

      await push('flushed', () => flush(servers.redis));
      expect(await findingsOf('flushed')).toEqual(expected);
      await eventually(async () => {
        const rebuilt = await Promise.all(
          system.of('rules').map((replica) => metric(replica, 'mcm_windows_rebuilt_total')),
        );
        return rebuilt.every((times) => times > 0);
      });

      await push('killed', () => first!.kill());
      expect(await findingsOf('killed')).toEqual(expected);
    });
  },
);
