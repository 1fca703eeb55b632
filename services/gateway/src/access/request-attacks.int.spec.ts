import { once } from 'node:events';
import { request as ask } from 'node:http';
import { connect } from 'node:net';
import { rawRequest } from '../../test/raw-request.js';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';
import { DASHBOARD, storedPerson, TestBrowser } from '../../test/signed-in.js';

/** Behind this address the gateway believes in a proxy, so that a test can ask for many clients. */
const PROXY = '127.0.0.2';
const JSON_TYPE = { 'content-type': 'application/json' };

let gateway: RunningGateway;
let admin: TestBrowser;
beforeAll(async () => {
  gateway = await startGateway({ AUTH_MODE: 'local', TRUSTED_PROXIES: PROXY });
  admin = await new TestBrowser(gateway).signIn((await storedPerson(gateway, { role: 'admin' })).email);
});
afterAll(() => gateway.close());
// Tests sign in more often than one address may.
beforeEach(() => gateway.database.query('delete from sign_in_throttle'));

const tokenOf = ({ cookie }: TestBrowser) => cookie!.slice('mcm='.length);

const raw = (text: string) => rawRequest(gateway, text);

describe('pages that are not the dashboard', () => {
  const TYPES = [
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/json',
    '',
  ];
  const ORIGINS = [
    undefined,
    'null',
    'http://localhost:9999',
    'https://evil.example',
    'http://localhost:8080.evil.example',
  ];

  it('change nothing with a cookie, whatever the method and content type', async () => {
    const { id } = await storedPerson(gateway, { role: 'viewer' });
    const routes = [
      ['POST', '/people'],
      ['POST', '/auth/sign-out-everywhere'],
      ['PATCH', `/people/${id}`],
      ['DELETE', '/keys/x'],
      ['POST', '/events'],
    ];
    for (const origin of ORIGINS) {
      for (const type of TYPES) {
        for (const [method, path] of routes as [string, string][]) {
          const response = await fetch(`${gateway.url}${path}`, {
            method,
            headers: {
              cookie: admin.cookie!,
              ...(type === '' ? {} : { 'content-type': type }),
              ...(origin === undefined ? {} : { origin }),
            },
            body: method === 'DELETE' ? null : '{"role":"admin"}',
          });
          expect([origin, type, method, path, response.status]).toEqual([origin, type, method, path, 403]);
        }
      }
    }
    expect((await admin.get('/me')).status).toBe(200);
  });

  it('take no form from the own page either', async () => {
    for (const type of TYPES.filter((each) => each !== 'application/json')) {
      const response = await gateway.post('/people', {
        headers: { cookie: admin.cookie!, origin: DASHBOARD, 'content-type': type },
        body: 'role=admin',
      });
      expect([type, response.status]).toEqual([type, 415]);
    }
  });
});

describe('the way in by HTTP', () => {
  it.each([
    '//me',
    '/%6de',
    '/me/',
    '/ME',
    '/me;x=1',
    '/./me',
    '/people/../me',
    '/me%00',
    '/me%2f',
    '//docs',
    '/docs/',
    '/%64ocs',
    '/stream/',
    '/metrics/',
    '/openapi.json/',
    '/audit/export/',
    '/docs/..%2fme',
  ])('gives nothing at %s without signing in', async (path) => {
    for (const method of ['GET', 'HEAD']) {
      const answer = await raw(`${method} ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
      expect([method, answer.split('\r\n')[0]]).toEqual([method, expect.stringMatching(/ (400|401|404) /)]);
    }
  });

  it('lets no answer load, run or frame anything that is not its own', async () => {
    for (const path of ['/me', '/docs', '/health/live', '/nothing']) {
      const policy = (await admin.get(path)).headers.get('content-security-policy');
      for (const rule of [/(object|default)-src 'none'/, /base-uri 'none'/, /frame-ancestors 'none'/]) {
        expect([path, policy]).toEqual([path, expect.stringMatching(rule)]);
      }
    }
  });

  it('knows no other method by header, query or form, and neither TRACE nor CONNECT', async () => {
    const made = await admin.post('/keys', { name: 'a program', scopes: ['read'] });
    const { key, secret } = (await made.json()) as { key: { id: string }; secret: string };
    const headers = {
      authorization: `Bearer ${secret}`,
      'x-http-method-override': 'DELETE',
      'x-http-method': 'DELETE',
      'x-method-override': 'DELETE',
    };
    await gateway.get(`/keys/${key.id}?_method=DELETE`, { headers });
    await gateway.post(`/keys/${key.id}?_method=DELETE`, { headers });
    expect((await gateway.get('/findings', { headers })).status).toBe(200);
    for (const method of ['TRACE', 'CONNECT', 'PUT', 'PROPFIND']) {
      const answer = await raw(
        `${method} /me HTTP/1.1\r\nhost: localhost\r\ncookie: ${admin.cookie}\r\nconnection: close\r\n\r\n`,
      );
      expect([method, answer]).toEqual([method, expect.not.stringContaining(tokenOf(admin))]);
      expect([method, answer.split('\r\n')[0]]).not.toEqual([method, expect.stringContaining(' 200 ')]);
    }
  });

  it('takes no message with two lengths, and splits no header', async () => {
    const head = `host: localhost\r\ncookie: ${admin.cookie}\r\n`;
    const smuggled = 'GET /people HTTP/1.1\r\nhost: localhost\r\n\r\n';
    for (const lengths of [
      `content-length: ${smuggled.length + 5}\r\ntransfer-encoding: chunked`,
      'content-length: 5\r\ncontent-length: 6',
      'transfer-encoding : chunked',
      'transfer-encoding: chunked, identity',
    ]) {
      const answer = await raw(
        `POST /auth/sign-out HTTP/1.1\r\n${head}${lengths}\r\n\r\n0\r\n\r\n${smuggled}`,
      );
      expect([lengths, answer.split('\r\n')[0]]).toEqual([lengths, 'HTTP/1.1 400 Bad Request']);
      expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    }
    const id = await raw(
      `GET /health/live HTTP/1.1\r\nhost: localhost\r\nx-request-id: a\tset-cookie: b\r\nconnection: close\r\n\r\n`,
    );
    expect(id).not.toContain('set-cookie');
    expect((await admin.get('/me')).status).toBe(200);
  });

  it('reads no body of events from senders who have not signed in', async () => {
    // The body never comes: the answer shows that it was not waited for.
    const head = 'host: localhost\r\ncontent-type: application/json\r\ncontent-length: 30000000\r\n\r\n[';
    const socket = connect(gateway.port, '127.0.0.1');
    try {
      socket.write(`POST /events HTTP/1.1\r\n${head}`);
      const [answer] = (await once(socket.setEncoding('latin1'), 'data')) as [string];
      expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    } finally {
      socket.destroy();
    }
  });
});

describe('guessing', () => {
  /** Signs in as if a proxy at `from` had named `address`. */
  const guess = (from: string, address: string, email: string) =>
    new Promise<number>((resolve, reject) => {
      const body = JSON.stringify({ email, password: 'not the password' });
      const headers = {
        ...JSON_TYPE,
        origin: DASHBOARD,
        'x-forwarded-for': address,
        'content-length': Buffer.byteLength(body),
      };
      ask({
        host: '127.0.0.1',
        port: gateway.port,
        localAddress: from,
        method: 'POST',
        path: '/auth/sign-in',
        headers,
      })
        .on('response', (response) => resolve(response.resume().statusCode!))
        .on('error', reject)
        .end(body);
    });

  it('gets no further tries by naming other addresses', async () => {
    const statuses: number[] = [];
    for (let at = 0; at < 22; at += 1)
      statuses.push(await guess('127.0.0.1', `198.51.100.${at}`, `n${at}@example.org`));
    expect(statuses.slice(-1)).toEqual([429]);
  });

  it('from many addresses hashes two passwords at a time, and keeps nothing else waiting', async () => {
    const flood = Array.from({ length: 150 }, (_, at) =>
      guess(PROXY, `198.51.100.${at}`, `flood-${at}@example.org`),
    );
    let over = false;
    const answered = Promise.all(flood).finally(() => (over = true));
    expect((await admin.get('/me')).status).toBe(200);
    expect((await admin.get('/findings')).status).toBe(200);
    expect(over).toBe(false);
    const statuses = await answered;
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status !== 503 && status !== 401)).toEqual([]);
  });
});

it('an export that is broken off, or asked for by HEAD, leaves room for the next', async () => {
  for (let round = 0; round < 6; round += 1) {
    expect((await admin.ask('HEAD', '/audit/export')).status).toBe(200);
    const given = new AbortController();
    await fetch(`${gateway.url}/audit/export`, { headers: { cookie: admin.cookie! }, signal: given.signal });
    given.abort();
  }
  expect((await admin.get('/audit/export')).status).toBe(200);
});
