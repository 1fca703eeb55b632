import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { eventually } from '../eventually.js';
import { spawnSource } from '../source-process.js';
import { describeWith, startOwnNats, startOwnRedis, type OwnTestServer } from './index.js';
import { isReady, NATS, REDIS } from './server-kind.js';

/** What Redis answers to one command. */
async function ask({ host, port }: OwnTestServer, command: string): Promise<string> {
  const socket = connect({ host, port }).setEncoding('utf8');
  socket.write(`${command}\r\n`);
  const [answer] = (await once(socket, 'data')) as [string];
  socket.destroy();
  return answer;
}

describeWith({ redis: 'own' }, 'a Redis of one test alone', () => {
  let server: OwnTestServer;
  beforeAll(async () => {
    server = await startOwnRedis({ configuration: () => 'maxclients 77\n' });
  });
  afterAll(() => server.stop());

  it('keeps port and data when it is killed, and loses them only when told so', async () => {
    expect(await ask(server, 'CONFIG GET maxclients')).toContain('77');
    expect(await ask(server, 'SET kept yes')).toBe('+OK\r\n');
    await server.kill();
    expect(await isReady(REDIS, server.host, server.port)).toBe(false);

    await server.restart();
    expect(await ask(server, 'GET kept')).toBe('$3\r\nyes\r\n');

    await server.restart({ withoutData: true });
    expect(await ask(server, 'GET kept')).toBe('$-1\r\n');
  });

  it('says what the server says when it cannot start', async () => {
    await expect(startOwnRedis({ configuration: () => 'no-such-setting 1\n' })).rejects.toThrow(
      /Redis did not get ready[^]*no-such-setting/,
    );
  });
});

describeWith({ nats: 'own' }, 'a NATS server of one test alone', () => {
  it('has JetStream, comes back on the same port, and is gone after its stop', async () => {
    const server = await startOwnNats();
    try {
      expect(await isReady(NATS, server.host, server.port)).toBe(true);
      await server.kill();
      expect(await isReady(NATS, server.host, server.port)).toBe(false);
      await server.restart();
      expect(await isReady(NATS, server.host, server.port)).toBe(true);
    } finally {
      await server.stop();
    }
    expect(await isReady(NATS, server.host, server.port)).toBe(false);
  });
});

it('leaves no server behind when the test process is killed', async () => {
  const owner = spawnSource(new URL('../../test/server-owner.ts', import.meta.url));
  const [port] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string];
  expect(await isReady(NATS, '127.0.0.1', Number(port))).toBe(true);
  owner.kill('SIGKILL');
  await eventually(async () => !(await isReady(NATS, '127.0.0.1', Number(port))));
});
