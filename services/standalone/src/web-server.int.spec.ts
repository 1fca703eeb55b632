import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, NetworkConfig } from '@mcm/platform';
import { freePort } from '@mcm/testing';
import { WebServer } from './web-server.js';

let root: string;
let port: number;
let web: WebServer;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'web-root-'));
  await mkdir(join(root, 'assets'));
  await writeFile(join(root, 'index.html'), '<div id="root"></div>');
  await writeFile(join(root, 'assets/app.js'), 'start();');
  port = await freePort();
  const config = loadConfig(NetworkConfig, { PUBLIC_URL: 'https://monitor.example.org' });
  const options = {
    host: '127.0.0.1',
    port,
    hosts: config.hosts(),
    headers: config.transportSecurity(),
    root,
  };
  web = await WebServer.listen(options, (_request, response) => response.end('from the API'));
});
afterAll(async () => {
  await web.close();
  await rm(root, { recursive: true });
});

function get(path: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end();
  });
}

it.each(['/', '/findings', '/assets/app.js', '/api/findings', '/nothing.js'])(
  'answers %s for its own hosts alone',
  async (path) => {
    const good = path === '/nothing.js' ? 404 : 200;
    expect(await get(path)).toBe(good);
    expect(await get(path, { host: 'MONITOR.example.org:8080' })).toBe(good);
    expect(await get(path, { host: `evil.test:${port}` })).toBe(421);
  },
);

it('has browsers ask by https alone where PUBLIC_URL does', async () => {
  const response = await fetch(`http://127.0.0.1:${port}/`);
  expect(response.headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
});

it('lets pages elsewhere link to it, not load parts of it', async () => {
  const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  for (const site of ['cross-site', 'same-site']) {
    const from = { 'sec-fetch-site': site };
    expect(await get('/findings', { ...from, ...navigation })).toBe(200);
    expect(await get('/findings', { ...from, ...navigation, 'sec-fetch-dest': 'iframe' })).toBe(403);
    expect(await get('/assets/app.js', { ...from, 'sec-fetch-mode': 'no-cors' })).toBe(403);
  }
  expect(await get('/assets/app.js', { 'sec-fetch-site': 'same-origin' })).toBe(200);
});
