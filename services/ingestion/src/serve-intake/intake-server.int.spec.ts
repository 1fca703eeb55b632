import { AppError } from '@mcm/kernel';
import type { EventIntake, EventSubmission } from '@mcm/contracts';
import { createLogger, NetworkConfig } from '@mcm/platform';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type RunningIntake, startIntake } from '../../test/running-intake.js';
import { IntakeServer } from './intake-server.js';
import { ServeIntakeConfig } from './serve-intake.config.js';

const logger = createLogger({ service: 'intake-server-test', level: 'silent' });

describe('IntakeServer', () => {
  let intake: RunningIntake;
  let server: IntakeServer;
  let fault: Error | null = null;
  const redriven: unknown[] = [];
  beforeAll(async () => {
    intake = startIntake();
    const serving = Object.assign(new ServeIntakeConfig(), { port: 0, bodyLimitBytes: 2_000_000 });
    const submit: EventIntake['submit'] = ({ endpoint, body, headers, sender }: EventSubmission) =>
      fault ? Promise.reject(fault) : intake.submit(endpoint, body, headers, sender);
    const redrive: EventIntake['redrive'] = (letterId, correlationId) => {
      redriven.push([letterId, correlationId]);
      return intake.submit('events', { event_type: 'login_failed', user: 'alice' });
    };
    server = await IntakeServer.listen(new NetworkConfig(), serving, { submit, redrive }, logger, () =>
      fault ? Promise.reject(fault) : Promise.resolve(),
    );
  });
  afterAll(async () => {
    await server.close();
    await intake.close();
  });
  const post = (endpoint: string, body: Uint8Array | string, headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${server.port}/intake/${endpoint}`, { method: 'POST', body, headers });

  it('hands bodies over as they came and answers with the receipt', async () => {
    const event = { event_id: 'h-1', event_type: 'login_failed', user: 'alice' };
    const answer = await post('events', gzipSync(JSON.stringify([event, { user: 'nobody' }])), {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'x-request-id': 'request-9',
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ received: 2, accepted: 1, rejected: [{ index: 1 }] });
    expect(intake.published.map(({ event_id }) => event_id)).toEqual(['h-1']);
  });

  it('holds a sender to what the gateway says it may send', async () => {
    const send = (sender: string) =>
      post('events', '{"event_type":"login_failed","user":"alice","source":"häuser"}', {
        'content-type': 'application/json',
        'x-mcm-sender': sender,
      });
    const other = await send('{"anonymous":false,"allowedSources":["h\\u00e4user-2"]}');
    expect(await other.json()).toMatchObject({
      accepted: 0,
      rejected: [{ code: 'AUTH.SOURCE_NOT_ALLOWED' }],
    });
    const own = await send('{"anonymous":false,"allowedSources":["h\\u00e4user"]}');
    expect(await own.json()).toMatchObject({ accepted: 1 });
    expect((await send('{"anonymous":true,"allowedSources":null}')).status).toBe(401);
    for (const broken of ['', '{', '[]', '{"anonymous":"no"}']) {
      expect(await (await send(broken)).json()).toMatchObject({ code: 'INTAKE.SENDER_INVALID' });
    }
  });

  it('answers with what is wrong with a body as a whole', async () => {
    const answer = await post('events', '[{', { 'content-type': 'application/json' });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ kind: 'invalid', code: 'INTAKE.MALFORMED_JSON' });
  });

  it('passes on when to try again, and says nothing of the insides of a bug', async () => {
    fault = new AppError('unavailable', 'BUS.FULL', 'Too much is waiting.', { retryAfterSeconds: 3 });
    const full = await post('events', '{}', { 'content-type': 'application/json' });
    expect(full.status).toBe(503);
    expect(await full.json()).toMatchObject({ code: 'BUS.FULL', retry_after_seconds: 3 });
    fault = new Error('secret insides');
    const bug = await post('events', '{}', { 'content-type': 'application/json' });
    expect(bug.status).toBe(500);
    expect(await bug.text()).not.toContain('secret');
    fault = null;
  });

  it('answers for its own hosts alone', async () => {
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'POST /intake/events HTTP/1.1\r\nhost: evil.test\r\ncontent-type: application/json\r\n' +
        'content-length: 2\r\nconnection: close\r\n\r\n{}',
    );
    expect(await text(socket)).toContain('HTTP/1.1 421 ');
  });

  it('takes a dead letter again by its id', async () => {
    const redrive = (id: string) =>
      fetch(`http://127.0.0.1:${server.port}/redrive/${id}`, {
        method: 'POST',
        headers: { 'x-request-id': 'request-9' },
      });
    const answer = await redrive('41');
    expect([answer.status, await answer.json()]).toMatchObject([200, { accepted: 1 }]);
    expect(redriven).toEqual([[41, 'request-9']]);
    expect((await redrive('x')).status).toBe(404);
  });

  it.each([
    ['is larger than may be', Buffer.alloc(2_000_001, ' '), 'REQUEST.TOO_LARGE'],
    ['has too many items', gzipSync(Buffer.alloc(40_000_000, '1\n')), 'INTAKE.TOO_MANY_ITEMS'],
    ['has one text that is too long', gzipSync(Buffer.alloc(40_000_000, 'a')), 'INTAKE.ITEM_TOO_LARGE'],
  ])('refuses a body that %s', async (_, body, code) => {
    const answer = await post('events', body, { 'content-type': 'application/x-ndjson' });
    expect(await answer.json()).toMatchObject({ kind: 'too-large', code });
    expect(answer.status).toBe(413);
  });

  it('takes bodies from a gateway with its secret alone, where it has one, and keeps it from everything behind', async () => {
    const secret = 'of the gateway, 16'.replaceAll(' ', '-');
    const seen: unknown[] = [];
    const guarded = await IntakeServer.listen(
      new NetworkConfig(),
      Object.assign(new ServeIntakeConfig(), { port: 0, secret }),
      {
        submit: ({ headers, body, endpoint }) => {
          seen.push(headers);
          return intake.submit(endpoint, body, headers);
        },
        redrive: () => Promise.reject(new Error('not asked for')),
      },
      logger,
    );
    const ask = async (path: string, shown: object) => {
      const body = path === 'intake' ? {} : { method: 'POST', body: '{"event_type":"a","user":"b"}' };
      const headers = { ...shown, ...(path !== 'intake' && { 'content-type': 'application/json' }) };
      const answer = await fetch(`http://127.0.0.1:${guarded.port}/${path}`, { ...body, headers });
      return [answer.status, await answer.text()];
    };
    try {
      for (const path of ['intake', 'intake/events', 'redrive/1'])
        for (const shown of [
          { accept: '*/*' },
          { 'x-mcm-intake-secret': '' },
          { 'x-mcm-intake-secret': `${secret}x` },
        ])
          expect(await ask(path, shown)).toEqual([401, expect.stringContaining('INTAKE.SECRET_WRONG')]);
      expect(await ask('intake', { 'x-mcm-intake-secret': secret })).toEqual([204, '']);
      expect((await ask('intake/events', { 'x-mcm-intake-secret': secret }))[0]).toBe(200);
      expect(JSON.stringify(seen)).not.toContain(secret);
    } finally {
      await guarded.close();
    }
  });

  it('says whether it would take bodies', async () => {
    const ask = () => fetch(`http://127.0.0.1:${server.port}/intake`);
    expect((await ask()).status).toBe(204);
    fault = new AppError('unavailable', 'INTAKE.CANNOT_STORE', 'The disk of NATS is full.');
    const answer = await ask();
    fault = null;
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ message: 'The disk of NATS is full.' });
  });
});
