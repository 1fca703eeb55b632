import { gzipSync } from 'node:zlib';
import type { DeadLetter, EventEnvelope, SubjectName, Subjects } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { MemoryEventBus } from '@mcm/messaging/drivers/memory';
import { NatsIngestSubject } from '@mcm/messaging/drivers/jetstream';
import { createLogger, MetricsRegistry } from '@mcm/platform';
import { SOURCES } from '@mcm/sources';
import { describeWith, eventually, type OwnTestServer, startOwnNats } from '@mcm/testing';
import { jetstream } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { NOTHING_KNOWN } from '../../test/running-intake.js';
import { Senders } from '../accept-events/senders.js';
import { AcceptEventsService } from '../accept-events/accept-events.service.js';
import { IngestionConfig } from '../ingestion.config.js';
import { SourceSecrets } from '../source-secrets.js';
import { AcceptMessages } from './accept-messages.js';
import type { AcceptedAnswer, RefusedAnswer } from './ingest-answer.js';

const SUBJECT = 'compliance.events.ingest';
const log = createLogger({ service: 'test', level: 'silent' });
const event = (fields: object = {}) => ({ event_type: 'login_failed', user: 'alice', ...fields });

/** A bus that keeps what is published, and can be away. */
class KeepingBus extends MemoryEventBus {
  readonly published: EventEnvelope[] = [];
  publications = 0;
  away = false;

  override async publish<S extends SubjectName>(
    _subject: S,
    messages: readonly Subjects[S][],
  ): Promise<void> {
    if (this.away) throw new AppError('unavailable', 'BUS.FULL', 'Too much waits.', { retryAfterSeconds: 9 });
    this.publications += 1;
    this.published.push(...(messages as unknown as EventEnvelope[]));
  }
}

describeWith({ nats: 'own' }, 'Events on their NATS subject', () => {
  let server: OwnTestServer;
  let producer: NatsConnection;
  let subject: NatsIngestSubject;
  const letters: DeadLetter[] = [];
  const deadLetters = { add: async (more: readonly DeadLetter[]) => void letters.push(...more) };
  const bus = new KeepingBus({ deadLetters, log });
  const metrics = new MetricsRegistry();

  beforeAll(async () => {
    server = await startOwnNats({ configuration: () => 'max_payload: 16777216\n' });
    producer = await connect({ servers: server.url });
    subject = await NatsIngestSubject.open({ nats: { servers: [server.url] }, log });
    const clock = { now: () => Date.now() };
    const config = new IngestionConfig();
    const senders = new Senders(NOTHING_KNOWN, new SourceSecrets({}), metrics);
    const intake = new AcceptEventsService(
      bus,
      deadLetters,
      NOTHING_KNOWN,
      senders,
      SOURCES,
      clock,
      config,
      metrics,
    );
    await subject.receive(new AcceptMessages(intake, deadLetters, clock, log, metrics));
  });
  beforeEach(() => {
    bus.published.length = 0;
    bus.publications = 0;
    bus.away = false;
    letters.length = 0;
  });
  afterAll(async () => {
    await subject.close();
    await producer.close();
    await bus.close();
    await server.stop();
  });

  const named = (fields: Record<string, string>) => {
    const made = headers();
    for (const [name, value] of Object.entries(fields)) made.set(name, value);
    return made;
  };
  const ask = async <T>(body: unknown, fields: Record<string, string> = {}) => {
    const data = body instanceof Uint8Array ? body : typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await producer.request(SUBJECT, data, { timeout: 20_000, headers: named(fields) });
    return answer.json<T>();
  };
  const ids = () => bus.published.map(({ event_id }) => event_id);

  it('takes one event, an array, gzip and CloudEvents, and answers with a receipt', async () => {
    const first = await ask<AcceptedAnswer>(event({ event_id: 'n-1' }));
    expect(first).not.toHaveProperty('duplicate');
    expect(first).toMatchObject({
      stream: 'compliance-ingest',
      seq: expect.any(Number),
      received: 1,
      accepted: 1,
    });
    await ask([event({ event_id: 'n-2' }), event({ event_id: 'n-3' })]);
    await ask(gzipSync(JSON.stringify(event({ event_id: 'n-4' }))), { 'Content-Encoding': 'gzip' });
    const structured = {
      specversion: '1.0',
      id: 'n-5',
      source: '/sso',
      type: 'com.mcm.auth.login_failed.v1',
      subject: 'bob',
    };
    await ask(structured, { 'Content-Type': 'application/cloudevents+json' });
    await ask(
      { ip: '203.0.113.7' },
      {
        'ce-specversion': '1.0',
        'ce-id': 'n-6',
        'ce-source': '/sso',
        'ce-type': 'login_failed',
        'ce-subject': 'bob',
      },
    );
    expect(ids()).toEqual(['n-1', 'n-2', 'n-3', 'n-4', 'n-5', 'n-6']);
    expect(bus.published[5]).toMatchObject({ source: '/sso', user: 'bob', raw_data: { ip: '203.0.113.7' } });
  });

  it("works with JetStream's publish, whose message id names events that have no id", async () => {
    const js = jetstream(producer);
    const ack = await js.publish(SUBJECT, JSON.stringify(event()), { msgID: 'order-41' });
    expect(ack).toMatchObject({ stream: 'compliance-ingest' });
    expect(ack.seq).toBeGreaterThan(0);
    await js.publish(SUBJECT, JSON.stringify([event(), event({ event_id: 'own' }), event()]), { msgID: 'm' });
    expect(ids()).toEqual(['order-41', 'm', 'own', 'm-2']);
    await expect(js.publish(SUBJECT, '{"event_type": 1}')).rejects.toThrow(/The event was refused/);
  });

  it('gathers what comes into few batches', async () => {
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, n) => ask<AcceptedAnswer>(event({ event_id: `many-${n}` }))),
    );
    expect(answers.every(({ accepted }) => accepted === 1)).toBe(true);
    expect(new Set(ids()).size).toBe(500);
    expect(bus.publications).toBeLessThan(250);
  });

  it('names every bad item of a message and takes the good ones', async () => {
    const answer = await ask<AcceptedAnswer>([event({ event_id: 'good' }), event({ user: 7 })]);
    expect(answer).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'EVENT.INVALID' }] });
    expect(ids()).toEqual(['good']);
    expect(letters).toMatchObject([{ origin: 'ingest', code: 'EVENT.INVALID' }]);
  });

  it.each([
    ['is not JSON', '{"event_type": ', {}, 400, 'INTAKE.MALFORMED_JSON'],
    [
      'has 10 MB',
      JSON.stringify(event({ raw_data: { text: 'x'.repeat(10_000_000) } })),
      {},
      422,
      'EVENT.INVALID',
    ],
    ['has 10 MB and is not JSON', 'x'.repeat(10_000_000), {}, 400, 'INTAKE.MALFORMED_JSON'],
    [
      'has the wrong version',
      JSON.stringify({ specversion: '0.3', id: '1', source: 's', type: 't' }),
      { 'Content-Type': 'application/cloudevents+json' },
      422,
      'CLOUDEVENT.INVALID',
    ],
    ['has an unknown type', '<a/>', { 'Content-Type': 'text/xml' }, 415, 'INTAKE.TYPE_UNSUPPORTED'],
    [
      'has too many items once it is inflated',
      gzipSync(Buffer.concat([Buffer.from('['), Buffer.alloc(40_000_000, '1,')])),
      {},
      413,
      'INTAKE.TOO_MANY_ITEMS',
    ],
    [
      'is one long text once it is inflated',
      gzipSync(Buffer.alloc(40_000_000, '"a')),
      { 'Content-Type': 'application/x-ndjson' },
      413,
      'INTAKE.ITEM_TOO_LARGE',
    ],
    ['is broken gzip', new Uint8Array([0x1f, 0x8b, 1, 2]), {}, 400, 'INTAKE.GZIP_BROKEN'],
  ])('refuses a message that %s, and takes the next one', async (_, body, fields, code, reason) => {
    const refused = await ask<RefusedAnswer>(body, fields);
    // Not a field more: clients of JetStream turn what is there into an error of their own.
    expect(refused.error).toEqual({ code, description: expect.any(String), err_code: expect.any(Number) });
    expect(refused.reason).toBe(reason);
    letters.length = 0;

    producer.publish(SUBJECT, body, { headers: named(fields) });
    await ask(event({ event_id: 'next' }));
    await eventually(() => letters.length > 0);
    expect(letters).toMatchObject([{ origin: 'ingest', subject: 'events', code: reason }]);
    expect(ids()).toEqual(['next']);
  });

  it('answers inboxes alone: an answer anywhere else would be published with the rights of the services', async () => {
    const overheard: string[] = [];
    producer.subscribe('>', { callback: (_, { subject: on }) => void overheard.push(on) });
    for (const reply of ['$JS.API.STREAM.PURGE.mcm', 'compliance.else', '_INBOX_mcm.1', 'x._INBOX.1'])
      producer.publish(SUBJECT, JSON.stringify(event({ event_id: reply })), { reply });
    producer.publish(SUBJECT, JSON.stringify(event({ event_id: 'own' })), { reply: '_INBOX_own.1' });
    await eventually(() => bus.published.length === 5 && overheard.includes('_INBOX_own.1'));
    expect(new Set(overheard)).toEqual(new Set([SUBJECT, '_INBOX_own.1']));
  });

  it('answers "try later" while the bus pushes back, and holds messages without a reply subject', async () => {
    bus.away = true;
    const refused = await ask<RefusedAnswer>(event());
    expect(refused).toMatchObject({ error: { code: 503 }, reason: 'BUS.FULL', retry_after_seconds: 9 });
    producer.publish(SUBJECT, JSON.stringify(event({ event_id: 'held' })));
    await producer.flush();
    await eventually(async () => (await metrics.text()).includes('outcome="unavailable"} 1'));
    bus.away = false;
    await eventually(() => ids().includes('held'));
    expect(letters).toEqual([]);
  });
});
