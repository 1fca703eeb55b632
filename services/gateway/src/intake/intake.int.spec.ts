import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { AppError } from '@mcm/kernel';
import { ACCEPTED_RECEIPT } from '../../test/accepted-receipt.js';
import { type RunningGateway, startGateway } from '../../test/running-gateway.js';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

beforeEach(() => {
  gateway.intake.submissions.length = 0;
  gateway.intake.receipt = ACCEPTED_RECEIPT;
});

const send = (path: string, body: string | Buffer, headers: Record<string, string>) =>
  gateway.post(path, { body, headers });

it('hands a body on as it is, with the headers that describe it and no others', async () => {
  const body = gzipSync('{"event_type":"x"}');
  const response = await send('/events', body, {
    'content-type': 'application/json; charset=utf-8',
    'content-encoding': 'gzip',
    'ce-specversion': '1.0',
    'ce-id': '1',
    authorization: 'Bearer secret',
    cookie: 'a=b',
  });
  expect(response.status).toBe(202);
  expect(await response.json()).toEqual(ACCEPTED_RECEIPT);
  const [submission] = gateway.intake.submissions;
  expect(submission).toMatchObject({
    endpoint: 'events',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-encoding': 'gzip',
      'ce-specversion': '1.0',
      'ce-id': '1',
    },
    correlationId: response.headers.get('x-request-id'),
  });
  expect(Object.keys(submission?.headers ?? {})).toHaveLength(4);
  expect(Buffer.from(submission?.body ?? []).equals(body)).toBe(true);
});

it.each([
  'application/json',
  'APPLICATION/JSON',
  'application/x-ndjson',
  'application/ndjson',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'application/gzip',
  'application/x-gzip',
])('takes %s without reading it', async (type) => {
  const response = await send('/events/', 'not { json', { 'content-type': type });
  expect(response.status).toBe(202);
  expect(Buffer.from(gateway.intake.submissions[0]?.body ?? []).toString()).toBe('not { json');
});

it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/xml', ''])(
  'refuses the content type %j and lists those it takes',
  async (type) => {
    const response = await send('/events', Buffer.from('x'), { 'content-type': type });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({
      code: 'REQUEST.UNSUPPORTED_TYPE',
      detail: expect.stringMatching(/application\/json.*application\/x-ndjson.*cloudevents/),
    });
    expect(gateway.intake.submissions).toEqual([]);
  },
);

it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream'])(
  'takes gzip under the content type %j',
  async (type) => {
    const body = gzipSync('{}');
    expect((await send('/events', body, { 'content-type': type })).status).toBe(202);
    expect(Buffer.from(gateway.intake.submissions[0]?.body ?? []).equals(body)).toBe(true);
  },
);

it('takes a CloudEvent in binary mode, whose body may be of any type', async () => {
  const response = await send('/events', 'plain data', {
    'content-type': 'text/plain',
    'ce-specversion': '1.0',
  });
  expect(response.status).toBe(202);
});

it('takes what Amazon SNS delivers, which it calls a text', async () => {
  const response = await send('/sources/cloudtrail', '{"Type":"Notification"}', {
    'content-type': 'text/plain; charset=UTF-8',
    'x-amz-sns-message-type': 'Notification',
  });
  expect(response.status).toBe(202);
  expect(gateway.intake.submissions).toMatchObject([{ endpoint: 'cloudtrail' }]);
});

it('says which content type a webhook of GitHub must have', async () => {
  const response = await send('/sources/github', 'payload=%7B%7D', {
    'content-type': 'application/x-www-form-urlencoded',
    'x-github-event': 'push',
  });
  expect(response.status).toBe(415);
  expect(await response.json()).toMatchObject({
    code: 'REQUEST.UNSUPPORTED_TYPE',
    detail: expect.stringContaining('set its content type to application/json'),
  });
});

describe('the handshake of CloudEvents webhooks', () => {
  const ask = (path: string, headers: Record<string, string>) =>
    gateway.get(path, { method: 'OPTIONS', headers });

  it('gives the consent that a sender asks for', async () => {
    const response = await ask('/events', {
      'webhook-request-origin': 'eventemitter.example.com',
      'webhook-request-rate': '120',
      'webhook-request-callback': `${gateway.url}/never-called`,
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('webhook-allowed-origin')).toBe('eventemitter.example.com');
    expect(response.headers.get('webhook-allowed-rate')).toBe('*');
    expect(response.headers.get('allow')).toContain('POST');
  });

  it.each([
    ['/events', {}],
    ['/events', { 'webhook-request-origin': 'two names' }],
    ['/events', { 'webhook-request-origin': '"><script>' }],
    ['/findings', { 'webhook-request-origin': 'eventemitter.example.com' }],
    ['/sources/okta', { 'webhook-request-origin': 'eventemitter.example.com' }],
  ])('gives none for %s with %j', async (path, headers: Record<string, string>) => {
    const response = await ask(path, headers);
    expect(response.status).toBe(204);
    expect(response.headers.get('webhook-allowed-origin')).toBeNull();
  });
});

it('takes the records of a known source, and tells which are known', async () => {
  expect((await send('/sources/cloudtrail/', '{}', { 'content-type': 'application/json' })).status).toBe(202);
  expect(gateway.intake.submissions[0]?.endpoint).toBe('cloudtrail');
  for (const name of ['nothing', 'events', 'constructor', 'Cloud%20Trail']) {
    const response = await send(`/sources/${name}`, '{}', { 'content-type': 'application/json' });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      code: 'SOURCE.UNKNOWN',
      detail: expect.stringContaining('cloudtrail'),
    });
  }
  expect(gateway.intake.submissions).toHaveLength(1);
});

it('hands on what GitHub says of a delivery outside of its body', async () => {
  const vendor = {
    'x-github-event': 'push',
    'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958',
    'x-hub-signature-256': 'sha256=00',
  };
  await send('/sources/github', '{}', {
    ...vendor,
    'content-type': 'application/json',
    'x-github-hook-id': '1',
    'x-hub-signature': 'sha1=00',
  });
  expect(gateway.intake.submissions).toMatchObject([{ endpoint: 'github' }]);
  expect(gateway.intake.submissions[0]?.headers).toEqual({ ...vendor, 'content-type': 'application/json' });
});

it('hands on the secret of an Okta event hook, and to no other source', async () => {
  const headers = { 'content-type': 'application/json', authorization: 'a shared secret' };
  await send('/sources/okta', '{}', headers);
  await send('/sources/github', '{}', headers);
  await send('/events', '{}', headers);
  expect(gateway.intake.submissions.map((submission) => submission.headers['authorization'])).toEqual([
    'a shared secret',
    undefined,
    undefined,
  ]);
});

it('answers an event hook of Okta with nothing at all, unless none of its events could be taken', async () => {
  gateway.intake.receipt = { ...ACCEPTED_RECEIPT, empty_answer: true };
  const hook = () => send('/sources/okta', '{}', { 'content-type': 'application/json' });
  const taken = await hook();
  expect([taken.status, await taken.text()]).toEqual([204, '']);
  const rejected = [{ index: 0, event_id: null, code: 'OKTA.INVALID', reason: 'is missing', errors: [] }];
  gateway.intake.receipt = { ...gateway.intake.receipt, accepted: 0, rejected_total: 1, rejected };
  const refused = await hook();
  expect(refused.status).toBe(422);
  expect(await refused.json()).toMatchObject({ code: 'EVENTS.REJECTED' });
});

it('answers 401 with a challenge where a sender has not shown who it is', async () => {
  const { intake } = gateway;
  const submit = intake.submit.bind(intake);
  intake.submit = () =>
    Promise.reject(new AppError('unauthenticated', 'SOURCE.NO_SECRET', 'A secret is needed.'));
  const response = await send('/sources/okta', '{}', { 'content-type': 'application/json' });
  intake.submit = submit;
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toBe('Bearer');
  expect(await response.json()).toMatchObject({ code: 'SOURCE.NO_SECRET', status: 401 });
});

it('answers the one-time verification of an Okta event hook, and nothing else there', async () => {
  const ask = (headers: Record<string, string>, path = '/sources/okta') => gateway.get(path, { headers });
  const challenge = { 'x-okta-verification-challenge': 'a "challenge" <b>' };
  for (const path of ['/sources/okta', '/sources/okta/']) {
    const response = await ask(challenge, path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await response.json()).toEqual({ verification: 'a "challenge" <b>' });
  }
  const wrong: Record<string, string>[] = [{}, { 'x-okta-verification-challenge': 'x'.repeat(1025) }];
  for (const headers of wrong) {
    const response = await ask(headers);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'OKTA.NO_CHALLENGE' });
  }
  expect((await ask(challenge, '/sources/github')).status).toBe(405);
  const posted = await send('/sources/okta', '{}', { 'content-type': 'application/json' });
  expect(posted.status).toBe(202);
  expect(gateway.intake.submissions).toMatchObject([{ endpoint: 'okta' }]);
});

it('answers 202 with the rejected items while anything was accepted', async () => {
  const rejected = [
    {
      index: 3,
      event_id: 'e3',
      code: 'EVENTS.INVALID',
      reason: 'user is missing',
      errors: [{ pointer: '/user', detail: 'is missing' }],
    },
  ];
  gateway.intake.receipt = { ...ACCEPTED_RECEIPT, received: 500, accepted: 499, rejected_total: 1, rejected };
  const response = await send('/events', '[]', { 'content-type': 'application/json' });
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({ accepted: 499, rejected });
});

it('answers 422 with every rejected item when nothing was accepted', async () => {
  const rejected = [
    {
      index: 0,
      event_id: null,
      code: 'EVENTS.INVALID',
      reason: 'two faults',
      errors: [
        { pointer: '/user', detail: 'is missing' },
        { pointer: '/timestamp', detail: 'is no time' },
      ],
    },
    { index: 1, event_id: 'x', code: 'EVENTS.MALFORMED', reason: 'not JSON', errors: [] },
  ];
  gateway.intake.receipt = { ...ACCEPTED_RECEIPT, received: 2, accepted: 0, rejected_total: 2, rejected };
  const response = await send('/events', '[]', { 'content-type': 'application/json' });
  expect(response.status).toBe(422);
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(await response.json()).toEqual({
    type: 'about:blank',
    title: expect.any(String),
    status: 422,
    detail: expect.stringContaining('two faults'),
    instance: '/events',
    code: 'EVENTS.REJECTED',
    request_id: response.headers.get('x-request-id'),
    errors: [
      { pointer: '/0/user', detail: 'is missing' },
      { pointer: '/0/timestamp', detail: 'is no time' },
      { pointer: '/1', detail: 'not JSON' },
    ],
    rejected_total: 2,
    rejected,
  });
});

it('answers 400 when every item names a source whose records are taken elsewhere', async () => {
  const reserved = {
    index: 0,
    event_id: 'x',
    code: 'SOURCE.RESERVED',
    reason: 'source is reserved',
    errors: [],
  };
  gateway.intake.receipt = { ...ACCEPTED_RECEIPT, accepted: 0, rejected_total: 1, rejected: [reserved] };
  const response = await send('/events', '[]', { 'content-type': 'application/json' });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ status: 400, code: 'SOURCE.RESERVED', rejected: [reserved] });
});

it('answers with what ingestion throws, and says when to try again', async () => {
  const { intake } = gateway;
  const submit = intake.submit.bind(intake);
  intake.submit = () =>
    Promise.reject(new AppError('unavailable', 'BUS.FULL', 'Too much is waiting.', { retryAfterSeconds: 7 }));
  const response = await send('/events', '{}', { 'content-type': 'application/json' });
  intake.submit = submit;
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('7');
  expect(await response.json()).toMatchObject({ code: 'BUS.FULL', detail: 'Too much is waiting.' });
});

describe('the limit on bodies', () => {
  it('refuses 50 MB, and the client that is still sending gets the answer', async () => {
    const body = Buffer.alloc(50 * 1024 * 1024, 'a');
    const response = await send('/events', body, { 'content-type': 'application/json' });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({
      code: 'REQUEST.TOO_LARGE',
      detail: expect.stringContaining(String(32 * 1024 * 1024)),
    });
    expect(gateway.intake.submissions).toEqual([]);
  });

  it('refuses it too when its length was not announced', async () => {
    const chunk = new Uint8Array(1024 * 1024);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent > 50) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const response = await gateway.post('/events', {
      body,
      headers: { 'content-type': 'application/json' },
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(gateway.intake.submissions).toEqual([]);
  });

  it('goes on reading after the answer, so that no reset overtakes it', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    const chunk = Buffer.concat([
      Buffer.from('100000\r\n'),
      Buffer.alloc(1024 * 1024, 'a'),
      Buffer.from('\r\n'),
    ]);
    const head = (path: string, body: string) => `${path} HTTP/1.1\r\nhost: localhost\r\n${body}\r\n\r\n`;
    socket.write(head('POST /events', 'content-type: application/json\r\ntransfer-encoding: chunked'));
    for (let sent = 0; sent < 33; sent += 1) socket.write(chunk);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
    for (let sent = 0; sent < 8; sent += 1) socket.write(chunk);
    socket.write(`0\r\n\r\n${head('GET /nowhere', 'connection: close')}`);
    expect(await text(socket)).toContain('HTTP/1.1 404 ');
    expect(gateway.intake.submissions).toEqual([]);
  });

  it('can be set, and 1 byte below it is fine', async () => {
    const small = await startGateway({ API_BODY_LIMIT_BYTES: '2048' });
    try {
      const post = (length: number) =>
        small.post('/events', {
          body: Buffer.alloc(length, ' '),
          headers: { 'content-type': 'application/json' },
        });
      expect((await post(2048)).status).toBe(202);
      const refused = await post(2049);
      expect(refused.status).toBe(413);
      expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('2048') });
    } finally {
      await small.close();
    }
  });
});

it('gives up on a body that ends too early, without handing anything on', async () => {
  const socket = connect(gateway.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST /events HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"a"',
  );
  socket.end();
  await text(socket);
  expect((await gateway.get('/health')).status).toBe(200);
  expect(gateway.intake.submissions).toEqual([]);
});
