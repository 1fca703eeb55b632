import { rawRequest } from '../test/raw-request.js';
import { type RunningGateway, startGateway } from '../test/running-gateway.js';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway({ WEB_PORT: '9090' });
});
afterAll(() => gateway.close());

const raw = (request: string) => rawRequest(gateway, request);
const JSON_TYPE = { 'content-type': 'application/json' };

describe('paths', () => {
  it.each(['/health', '/events', '/findings', '/stats/summary', '/docs', '/openapi.json', '/health/ready'])(
    'answers %s with and without a trailing slash',
    async (path) => {
      for (const variant of [path, `${path}/`]) {
        const response = await gateway.get(variant);
        expect([variant, response.status]).toEqual([variant, 200]);
        await response.body?.cancel();
      }
    },
  );

  it('answers an unknown path with a problem', async () => {
    const response = await gateway.get('/nothing/here?x=1');
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Not found',
      status: 404,
      detail: expect.stringContaining('/nothing/here'),
      instance: '/nothing/here',
      code: expect.any(String),
      request_id: response.headers.get('x-request-id'),
    });
  });

  it('tells which methods a path has', async () => {
    const wrong = await gateway.get('/findings/1', { method: 'PUT' });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expect(wrong.headers.get('content-type')).toContain('application/problem+json');
    expect(await wrong.json()).toMatchObject({ status: 405, instance: '/findings/1' });

    const options = await gateway.get('/events/', { method: 'OPTIONS' });
    expect(options.status).toBe(204);
    expect(options.headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST');
    expect((await gateway.get('/nothing', { method: 'OPTIONS' })).status).toBe(404);
  });

  it('answers HEAD like GET without a body', async () => {
    const response = await gateway.get('/events', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
    expect((await gateway.get('/stream', { method: 'HEAD' })).headers.get('content-type')).toContain(
      'text/event-stream',
    );
  });

  it('answers an address that is not properly encoded with a problem', async () => {
    const answer = await raw('GET /events/%E0%A4%A HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
    expect(answer).toContain('HTTP/1.1 400');
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain('"code":"REQUEST.URL_INVALID"');
    expect(answer).toMatch(/x-request-id: \S+/);
  });

  it('answers what is not HTTP with a problem', async () => {
    const answer = await raw('HELLO\r\n\r\n');
    expect(answer).toContain('HTTP/1.1 400');
    expect(answer).toContain('"code":"REQUEST.UNREADABLE"');
  });

  it.each([
    '/health',
    '/docs',
    '/docs/start.js',
    '/openapi.json',
    '/metrics',
    '/stream',
    '/findings',
    '/nothing/here',
    '/events/%E0%A4%A',
  ])('answers %s for its own hosts alone', async (path) => {
    const ask = (line: string, ...headers: string[]) =>
      raw(`${line} HTTP/1.1\r\n${headers.join('\r\n')}\r\nconnection: close\r\n\r\n`);
    const foreign = await ask(`GET ${path}`, 'Host: evil.test', 'Origin: http://evil.test');
    expect(foreign).toContain('HTTP/1.1 421 ');
    expect(foreign).toContain('application/problem+json');
    expect(foreign).toContain('"code":"REQUEST.HOST_NOT_ALLOWED"');
    expect(foreign).not.toContain('access-control-allow-origin');
    expect(await ask(`GET http://evil.test${path}`, 'Host: localhost')).toContain('HTTP/1.1 421 ');
    const two = await ask(`GET ${path}`, 'Host: localhost', 'Host: evil.test');
    expect(two).toContain('HTTP/1.1 400 ');
    expect(two).toContain('"code":"REQUEST.HOST_INVALID"');
  });

  it('does nothing for a page whose name was made to lead here', async () => {
    const body = '{"event_type":"login_failed","user":"alice"}';
    const answer = await raw(
      `POST /events HTTP/1.1\r\nHost: evil.test\r\nOrigin: http://evil.test\r\ncontent-type: application/json\r\n` +
        `content-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    );
    expect(answer).toContain('HTTP/1.1 421 ');
    expect(gateway.intake.submissions).toEqual([]);
  });

  it('answers headers that are too long with 431', async () => {
    const answer = await raw(
      `GET /health HTTP/1.1\r\nhost: localhost\r\nx-long: ${'a'.repeat(20_000)}\r\n\r\n`,
    );
    expect(answer).toContain('HTTP/1.1 431');
    expect(answer).toContain('application/problem+json');
  });
});

describe('query parameters', () => {
  it.each([
    '/health?x=1',
    '/stats/summary?user=alice',
    '/events?usr=alice',
    '/findings?pagesize=3',
    '/findings?__proto__=1',
    '/findings?constructor=1',
    '/metrics?x',
    '/dead-letters?orgin=bus',
    '/stream?x=1',
  ])('refuses the unknown one in %s', async (path) => {
    const response = await gateway.get(path);
    const problem = await response.json();
    const name = path.split('?')[1]?.split('=')[0];
    expect(problem).toMatchObject({ status: 400, code: 'REQUEST.INVALID', errors: [{ pointer: name }] });
  });

  it('refuses them on calls that change something, before anything is done', async () => {
    const answer = await gateway.post('/events?dry_run=true', { headers: JSON_TYPE, body: '{}' });
    expect(answer.status).toBe(400);
    expect(gateway.intake.submissions).toEqual([]);
  });
});

describe('request ids', () => {
  it('keeps the one of the caller when it is a plain token', async () => {
    const response = await gateway.get('/nothing', { headers: { 'x-request-id': 'abc-123.4:5_6' } });
    expect(response.headers.get('x-request-id')).toBe('abc-123.4:5_6');
    expect(await response.json()).toMatchObject({ request_id: 'abc-123.4:5_6' });
  });

  it.each(['a b', '', '{"x":1}', 'x'.repeat(200), '<script>'])(
    'makes a new one in place of %j',
    async (id) => {
      const response = await gateway.get('/health', { headers: { 'x-request-id': id } });
      expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('hands it to ingestion', async () => {
    await gateway.post('/events', { headers: { ...JSON_TYPE, 'x-request-id': 'trace-me' }, body: '{}' });
    expect(gateway.intake.submissions.at(-1)?.correlationId).toBe('trace-me');
  });
});

describe('pages of other origins', () => {
  const enrich = (origin: string, at: RunningGateway = gateway) =>
    at.post('/findings/0/enrich_with_ai', { headers: { origin } });

  it.each(['https://evil.example', 'null', 'http://localhost:9999'])(
    'may not change anything: %s',
    async (origin) => {
      const response = await enrich(origin);
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ status: 403, code: 'REQUEST.FOREIGN_PAGE' });
    },
  );

  it('may when they are the dashboard or the interactive page', async () => {
    for (const origin of ['http://localhost:9090', `http://127.0.0.1:${gateway.port}`]) {
      expect([origin, (await enrich(origin)).status]).toEqual([origin, 404]);
    }
  });

  it('may not change anything where CORS_ORIGINS=* lets all of them read', async () => {
    const open = await startGateway({ CORS_ORIGINS: '*' });
    try {
      const origin = 'https://evil.example';
      const read = await open.get('/findings', { headers: { origin, 'sec-fetch-site': 'cross-site' } });
      expect([read.status, read.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
      expect((await enrich(origin, open)).status).toBe(403);
      expect((await enrich('http://localhost:8080', open)).status).toBe(404);
    } finally {
      await open.close();
    }
  });

  it.each(['cross-site', 'same-site'])(
    'may not have anything read or done (%s), but link to the page',
    async (site) => {
      // Not by fetch, which sets these headers itself.
      const ask = async (path: string, headers: Record<string, string>, method = 'GET') => {
        const lines = Object.entries({ host: 'localhost', 'sec-fetch-site': site, ...headers });
        const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
        const answer = await raw(`${method} ${path} HTTP/1.1\r\n${head}connection: close\r\n\r\n`);
        return `${path} ${answer.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)}`;
      };
      const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
      for (const path of [
        '/findings',
        '/stats/summary',
        '/metrics',
        '/openapi.json',
        '/stream',
        '/nothing',
      ]) {
        expect(await ask(path, { 'sec-fetch-mode': 'no-cors' })).toBe(`${path} 403`);
        expect(await ask(path, navigation)).toBe(`${path} 403`);
      }
      expect(await ask('/docs', navigation)).toBe('/docs 200');
      expect(await ask('/docs', { ...navigation, 'sec-fetch-dest': 'iframe' })).toBe('/docs 403');
      const enrichAll = '/findings/enrich_all_missing';
      expect(await ask(enrichAll, navigation, 'POST')).toBe(`${enrichAll} 403`);
      // The dashboard on its own port is another origin, and an admitted one.
      expect(await ask('/findings', { origin: 'http://localhost:9090' })).toBe('/findings 200');
    },
  );

  it('says nothing against the own origin, links that were typed, and programs', async () => {
    for (const site of ['same-origin', 'none']) {
      const response = await gateway.get('/findings', { headers: { 'sec-fetch-site': site } });
      expect(response.status).toBe(200);
    }
  });
});

describe('CORS', () => {
  it.each(['http://localhost:8080', 'http://127.0.0.1:8080', 'http://localhost:9090'])(
    'admits the dashboard at %s',
    async (origin) => {
      const response = await gateway.get('/stats/summary', { headers: { origin } });
      expect(response.status).toBe(200);
      expect(response.headers.get('access-control-allow-origin')).toBe(origin);
      expect(response.headers.get('vary')).toContain('Origin');

      const preflight = await gateway.get('/findings/1/enrich_with_ai', {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type',
        },
      });
      expect(preflight.status).toBe(204);
      expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
      expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
      expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type');
    },
  );

  it('lets the dashboard read problems too', async () => {
    const response = await gateway.get('/findings?page=0', { headers: { origin: 'http://localhost:8080' } });
    expect(response.status).toBe(400);
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:8080');
  });

  it.each(['http://evil.example', 'http://localhost:8080.evil.example', 'http://localhost', 'null'])(
    'gives %s no CORS headers at all',
    async (origin) => {
      for (const method of ['GET', 'OPTIONS']) {
        const response = await gateway.get('/findings', {
          method,
          headers: { origin, 'access-control-request-method': 'POST' },
        });
        const names = [...response.headers.keys()].filter((name) => name.startsWith('access-control-'));
        expect(names).toEqual([]);
      }
    },
  );
});

describe('common headers', () => {
  it('keeps answers out of caches, frames and guesses', async () => {
    for (const path of ['/events', '/nothing', '/findings?page=0']) {
      const { headers } = await gateway.get(path);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });
});

describe('the interactive page', () => {
  it('brings everything along', async () => {
    const page = await gateway.get('/docs');
    expect(page.headers.get('content-type')).toContain('text/html');
    const html = await page.text();
    const links = [...html.matchAll(/(?:href|src)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(links.length).toBeGreaterThanOrEqual(3);
    for (const link of links) {
      const asset = await fetch(new URL(link, `${gateway.url}/docs`));
      expect([link, asset.status]).toEqual([link, 200]);
      await asset.body?.cancel();
    }
    const document = (await (await gateway.get('/openapi.json')).json()) as { paths: object };
    expect(Object.keys(document.paths)).toContain('/findings/{id}/enrich_with_ai');
  });
});
