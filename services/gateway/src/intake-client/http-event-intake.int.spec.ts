import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HealthRegistry, MetricsRegistry } from '@mcm/platform';
import { eventually, freePort } from '@mcm/testing';
import { ACCEPTED_RECEIPT } from '../../test/accepted-receipt.js';
import { HttpEventIntake } from './http-event-intake.js';
import { IntakeClientConfig } from './intake-client.config.js';

const submission = (body = '{}') => ({
  endpoint: 'events',
  headers: { 'content-type': 'application/json', 'ce-id': 'x' },
  body: Buffer.from(body),
  correlationId: 'request-1',
});

describe('HttpEventIntake', () => {
  const servers: Server[] = [];
  const intakes: HttpEventIntake[] = [];
  /** A server at ingestion's address with arbitrary answers. */
  const serve = async (listener: RequestListener, port = 0) => {
    const server = createServer(listener).listen(port, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const intakeTo = (ingestionUrl: string, config: Partial<IntakeClientConfig> = {}) => {
    const health = new HealthRegistry();
    const settings = Object.assign(new IntakeClientConfig(), { ingestionUrl, ...config });
    const intake = new HttpEventIntake(settings, health, new MetricsRegistry());
    intakes.push(intake);
    return { intake, health };
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    await Promise.all(intakes.splice(0).map((intake) => intake.onApplicationShutdown()));
  });

  it('says what the sender may send, in ASCII', async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers['x-mcm-sender']);
      response.end(JSON.stringify(ACCEPTED_RECEIPT));
    });
    const { intake } = intakeTo(url);
    const sender = { anonymous: false, allowedSources: ['häuser', 'a\r\nb: c'] };
    await intake.submit({ ...submission(), sender });
    await intake.submit(submission());
    expect(seen).toEqual([expect.stringMatching(/^[ -~]+$/), undefined]);
    expect(JSON.parse(String(seen[0]))).toEqual(sender);
  });

  it('passes the body on as it came, over kept connections, and gives the receipt back', async () => {
    const seen: unknown[] = [];
    const sockets = new Set<unknown>();
    const url = await serve((request, response) => {
      sockets.add(request.socket);
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { headers, url: path } = request;
        seen.push([path, headers['x-request-id'], headers['ce-id'], Buffer.concat(chunks).toString()]);
        response.end(JSON.stringify(ACCEPTED_RECEIPT));
      });
    });
    const { intake } = intakeTo(url);
    expect(await intake.submit(submission('{"a": 1}'))).toEqual(ACCEPTED_RECEIPT);
    await intake.submit(submission('{"a": 2}'));
    for (let more = 0; more < 8; more += 1) await intake.submit(submission());
    expect(seen.slice(0, 2)).toEqual([
      ['/intake/events', 'request-1', 'x', '{"a": 1}'],
      ['/intake/events', 'request-1', 'x', '{"a": 2}'],
    ]);
    expect(sockets.size).toBeLessThan(5);
  });

  it('asks for a dead letter to be taken again', async () => {
    const seen: unknown[] = [];
    const url = await serve((request, response) => {
      seen.push([request.method, request.url, request.headers['x-request-id']]);
      response.end(JSON.stringify(ACCEPTED_RECEIPT));
    });
    expect(await intakeTo(url).intake.redrive(41, 'request-1')).toEqual(ACCEPTED_RECEIPT);
    expect(seen).toEqual([['POST', '/redrive/41', 'request-1']]);
  });

  it('shows its secret, whatever a producer has sent, and takes a refusal of it as its own fault', async () => {
    const secret = 'the-secret-of-both';
    let seen: unknown;
    const url = await serve((request, response) => {
      seen = request.headers['x-mcm-intake-secret'];
      if (request.method === 'GET') response.statusCode = 204;
      response.end(request.method === 'GET' ? '' : JSON.stringify(ACCEPTED_RECEIPT));
    });
    const { intake, health } = intakeTo(url, { secret });
    const forged = { ...submission(), headers: { 'x-mcm-intake-secret': 'forged' } };
    await intake.submit(forged);
    expect(seen).toBe(secret);
    seen = null;
    expect((await health.report()).parts).toMatchObject({ ingestion: { status: 'up' } });
    expect(seen).toBe(secret);

    const refusing = await serve((_, response) => {
      response.statusCode = 401;
      const fault = {
        kind: 'unauthenticated',
        code: 'INTAKE.SECRET_WRONG',
        message: 'Not the same INTAKE_SECRET.',
      };
      response.end(JSON.stringify({ ...fault, errors: [], retry_after_seconds: null }));
    });
    const refused = intakeTo(refusing, { secret });
    await expect(refused.intake.submit(submission())).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'INTAKE.REFUSED',
      message: expect.not.stringContaining(secret),
    });
    expect((await refused.health.report()).parts).toMatchObject({
      ingestion: { status: 'down', detail: 'Not the same INTAKE_SECRET.' },
    });
  });

  it('throws what ingestion threw', async () => {
    const url = await serve((_, response) => {
      response.statusCode = 503;
      response.end(
        JSON.stringify({
          kind: 'unavailable',
          code: 'BUS.FULL',
          message: 'Too much is waiting.',
          errors: [],
          retry_after_seconds: 7,
        }),
      );
    });
    await expect(intakeTo(url).intake.submit(submission())).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'BUS.FULL',
      retryAfterSeconds: 7,
    });
  });

  it('reports soon that ingestion is unreachable, and works again when it is back', async () => {
    const port = await freePort();
    const { intake, health } = intakeTo(`http://127.0.0.1:${port}`);
    await expect(intake.submit(submission())).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'INTAKE.UNREACHABLE',
      retryAfterSeconds: expect.any(Number),
    });
    expect((await health.report()).parts['ingestion']).toMatchObject({ status: 'down' });
    await serve((request, response) => {
      response.statusCode = request.method === 'GET' ? 204 : 200;
      response.end(request.method === 'GET' ? undefined : JSON.stringify(ACCEPTED_RECEIPT));
    }, port);
    expect(await eventually(() => intake.submit(submission()))).toEqual(ACCEPTED_RECEIPT);
    expect((await health.report()).ready).toBe(true);
  });

  it('does not wait for ever for an answer, and does not send twice', async () => {
    let requests = 0;
    const url = await serve(() => (requests += 1));
    await expect(intakeTo(url, { timeoutMs: 500 }).intake.submit(submission())).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'INTAKE.NO_ANSWER',
      message: expect.stringContaining('INGESTION_TIMEOUT_MS'),
    });
    expect(requests).toBe(1);
  });

  it.each([
    ['hangs up', (_, response) => response.destroy()],
    ['answers something else', (_, response) => response.end('<html>')],
    ['answers with JSON that is no receipt', (_, response) => response.end('{"received":1}')],
    [
      'is a proxy without ingestion behind it',
      (_, response) => {
        response.statusCode = 502;
        response.end('{}');
      },
    ],
  ] satisfies [string, RequestListener][])(
    'takes it for unavailable when the other end %s',
    async (_, listener) => {
      const { intake } = intakeTo(await serve(listener));
      await expect(intake.submit(submission())).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'INTAKE.NO_ANSWER',
      });
    },
  );

  it('lets no more than so many bytes wait', async () => {
    const { intake } = intakeTo(await serve(() => undefined), {
      timeoutMs: 1_000,
      inFlightBytes: 1024 * 1024,
    });
    const large = 'x'.repeat(700_000);
    const first = expect(intake.submit(submission(large))).rejects.toMatchObject({
      code: 'INTAKE.NO_ANSWER',
    });
    await expect(intake.submit(submission(large))).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'INTAKE.BUSY',
    });
    await first;
  });
});
