import { gzipSync } from 'node:zlib';
import { get, send, type System } from '../../support/system.js';

interface Problem {
  status: number;
  code: string;
  detail: string;
  request_id: string;
  errors?: { pointer: string; detail: string }[];
}
const JSON_TYPE = { 'content-type': 'application/json' };
const good = { event_type: 'login_success', user: 'alice' };

export function refuseBadInput(system: () => System): void {
  const refused = async (body: unknown, headers: Record<string, string> = JSON_TYPE, path = '/events') => {
    const answer = await fetch(`${system().api}${path}`, {
      method: 'POST',
      headers,
      body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const problem = (await answer.json()) as Problem;
    expect(problem.request_id).toBeTruthy();
    expect(problem.status).toBe(answer.status);
    return problem;
  };

  it('says where JSON is malformed', async () => {
    expect(await refused('[{"event_type": }]')).toMatchObject({
      status: 400,
      code: 'INTAKE.MALFORMED_JSON',
      detail: expect.stringContaining('line 1, column'),
    });
  });

  it('says that a gzip is cut off', async () => {
    const whole = gzipSync(
      JSON.stringify(Array.from({ length: 1000 }, (_, n) => ({ ...good, event_id: `g${n}` }))),
    );
    const problem = await refused(whole.subarray(0, whole.length / 2), {
      ...JSON_TYPE,
      'content-encoding': 'gzip',
    });
    expect(problem).toMatchObject({ status: 400, code: 'INTAKE.GZIP_BROKEN' });
  });

  it('refuses 50 MB with the limit in the text', async () => {
    const problem = await refused(Buffer.alloc(50 * 1024 * 1024, 0x20));
    expect(problem).toMatchObject({ status: 413, detail: expect.stringContaining('API_BODY_LIMIT_BYTES') });
  });

  it('refuses content types that it cannot read, and lists those it can', async () => {
    expect(await refused('<a/>', { 'content-type': 'application/xml' })).toMatchObject({
      status: 415,
      detail: expect.stringContaining('application/x-ndjson'),
    });
  });

  it.each([
    ['a missing event_type', { user: 'alice' }, '/event_type'],
    ['a number for a user', { ...good, user: 7 }, '/user'],
    ['the year 1', { ...good, timestamp: '0001-01-01T00:00:00Z' }, '/timestamp'],
    ['the year 9999', { ...good, timestamp: '9999-01-01T00:00:00Z' }, '/timestamp'],
    [
      'a day in the future',
      { ...good, timestamp: new Date(Date.now() + 25 * 3600_000).toISOString() },
      '/timestamp',
    ],
    ['a list for raw_data', { ...good, raw_data: [1] }, '/raw_data'],
    ['an unknown field', { ...good, rawdata: {} }, '/rawdata'],
    ['NUL in an id', { ...good, event_id: 'a\u0000b' }, '/event_id'],
    ['more than 1 MB in one event', { ...good, raw_data: { text: 'x'.repeat(1_100_000) } }, '/raw_data'],
    ['a text instead of an event', 'just text', ''],
  ])('refuses %s and points at it', async (_, event, pointer) => {
    const problem = await refused(JSON.stringify(event));
    expect(problem.status).toBe(422);
    expect(problem.errors?.some((error) => error.pointer.endsWith(pointer))).toBe(true);
  });

  it('survives 10,000 levels of nesting', async () => {
    const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
    const problem = await refused(`{"event_type":"x","user":"u","raw_data":{"a":${deep}}}`);
    expect(problem).toMatchObject({ status: 422 });
    expect(problem.errors?.[0]?.detail).toContain('nests deeper');
  });

  it('keeps an event with NUL and half a surrogate pair in raw_data, and says what it changed', async () => {
    const { status, body } = await send<{ warnings: { pointer: string }[] }>(
      `${system().api}/events`,
      '{"event_id":"nul","event_type":"x","user":"nul","raw_data":{"agent":"a\\u0000b","half":"\\ud83d"}}',
    );
    expect(status).toBe(202);
    expect(body.warnings.map((warning) => warning.pointer).sort()).toEqual([
      '/raw_data/agent',
      '/raw_data/half',
    ]);
  });

  it('knows no other source than those it lists', async () => {
    expect(await refused({}, JSON_TYPE, '/sources/unheard-of')).toMatchObject({
      status: 404,
      detail: expect.stringContaining('cloudtrail'),
    });
  });

  it.each([
    '/findings?page=0',
    '/findings?page_size=101',
    '/findings?from_date=2026-02-30',
    '/findings?severity=loud',
    '/findings?colour=red',
    '/events?limit=-1',
    '/events?offset=x',
    '/events?from_timestamp=yesterday',
    '/findings/abc',
    '/findings/99999999999999999999999',
    '/stats/summary?x=1',
  ])('answers GET %s with a problem', async (path) => {
    const answer = await fetch(`${system().api}${path}`);
    expect([400, 404]).toContain(answer.status);
    const problem = (await answer.json()) as Problem;
    expect(problem.code).toMatch(/^[A-Z]+\./);
  });

  it('is still well after all of that', async () => {
    expect(await get(`${system().api}/health`)).toEqual({ status: 'ok' });
  });
}
