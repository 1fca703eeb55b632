import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { HealthRegistry, loadConfig, MetricsRegistry, NetworkConfig } from '@mcm/platform';
import { freePort } from '@mcm/testing';
import { ManagementServer } from './management-server.js';

let server: ManagementServer;
let port: number;
beforeAll(async () => {
  port = await freePort();
  const network = loadConfig(NetworkConfig, { ALLOWED_HOSTS: 'rules' });
  server = await ManagementServer.listen(network, port, {
    health: new HealthRegistry(),
    metrics: new MetricsRegistry(),
  });
});
afterAll(() => server.close());

/** The first line of the answer to a request with these headers. */
async function statusOf(path: string, ...headers: string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\nconnection: close\r\n\r\n`);
  return (await text(socket)).split('\r\n', 1)[0]!;
}

it.each(['/health/live', '/health/ready', '/metrics'])('answers %s for its own hosts alone', async (path) => {
  for (const host of [`127.0.0.1:${port}`, 'localhost', `rules:${port}`]) {
    expect([host, await statusOf(path, `Host: ${host}`)]).toEqual([host, 'HTTP/1.1 200 OK']);
  }
  expect(await statusOf(path, `Host: evil.test:${port}`)).toBe('HTTP/1.1 421 Misdirected Request');
  expect(await statusOf(path, 'Host: localhost', 'Host: evil.test')).toBe('HTTP/1.1 400 Bad Request');
});
