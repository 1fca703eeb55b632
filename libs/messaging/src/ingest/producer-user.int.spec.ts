import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { INGEST_SUBJECT } from '@mcm/contracts';
import { describeWith, eventually, type OwnTestServer, startOwnNats } from '@mcm/testing';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { NatsIngestSubject } from './nats-ingest-subject.js';

const ROOT = join(import.meta.dirname, '../../../..');
const SERVICES = 'p@ss "word';
const log = { warn: () => undefined, error: () => undefined };

/** The users of the server that is shipped, with their passwords as deploy/start-nats.sh writes them. */
function shippedUsers(): string {
  const [users] = /^authorization \{[\s\S]*?^\}$/m.exec(
    readFileSync(join(ROOT, 'deploy/nats.conf'), 'utf8'),
  )!;
  return users
    .replace('$NATS_PASSWORD', JSON.stringify(SERVICES))
    .replace('$NATS_PRODUCER_PASSWORD', '"mcm"');
}

describeWith({ nats: 'own' }, 'the NATS user of producers', () => {
  let server: OwnTestServer;
  let subject: NatsIngestSubject;
  let producer: NatsConnection;
  const taken: string[] = [];
  const address = () => `localhost:${server.port}`;

  beforeAll(async () => {
    server = await startOwnNats({ configuration: () => `${shippedUsers()}\n` });
    const nats = { servers: [server.url], user: 'mcm', password: SERVICES };
    subject = await NatsIngestSubject.open({ nats, log });
    await subject.receive({
      take: async (messages) => {
        for (const message of messages) {
          taken.push(Buffer.from(message.data).toString());
          message.answer({ stream: 'compliance-ingest', seq: taken.length, duplicate: false });
        }
      },
      overflow: () => undefined,
    });
    producer = await connect({ servers: address(), user: 'producer', pass: 'mcm' });
  });
  beforeEach(() => void (taken.length = 0));
  afterAll(async () => {
    await producer.close();
    await subject.close();
    await server.stop();
  });

  it('is let in by the program in docs/profiles.md, whose event is acknowledged', async () => {
    const [, program] = /^```js\n([\s\S]*?)^```$/m.exec(
      readFileSync(join(ROOT, 'docs/profiles.md'), 'utf8'),
    )!;
    const file = join(ROOT, 'test-output', `documented-${process.pid}.mjs`);
    mkdirSync(join(ROOT, 'test-output'), { recursive: true });
    writeFileSync(file, program!.replace('localhost:4222', address()));
    try {
      await promisify(execFile)(process.execPath, [file], { timeout: 60_000 });
    } finally {
      rmSync(file);
    }
    expect(taken).toEqual([expect.stringContaining('"event_id":"41"')]);
  });

  it('publishes nothing but events, and listens to inboxes alone, but not to those of the services', async () => {
    const refused: string[] = [];
    void (async () => {
      for await (const status of producer.status())
        if (status.type === 'error') refused.push(status.error.message);
    })();
    const elsewhere = ['events.accepted', '$JS.API.INFO', 'compliance.events.ingest.more'];
    for (const each of elsewhere) producer.publish(each, 'x');
    const overheard = ['>', INGEST_SUBJECT, '_INBOX_mcm.>', '$JS.>'];
    for (const each of overheard) producer.subscribe(each, { callback: () => undefined });
    await producer.flush();
    await eventually(() => refused.length === elsewhere.length + overheard.length);
    for (const each of [...elsewhere, ...overheard])
      expect(refused).toContainEqual(expect.stringContaining(`"${each}"`));

    const answer = await producer.request(INGEST_SUBJECT, '{"event_id":"42"}', { timeout: 20_000 });
    expect(answer.json()).toMatchObject({ stream: 'compliance-ingest' });
  });

  it('is refused without a password, and with that of the services', async () => {
    for (const login of [{}, { user: 'producer', pass: SERVICES }, { user: 'mcm', pass: 'mcm' }])
      await expect(connect({ servers: address(), ...login })).rejects.toThrow(/Authorization Violation/i);
  });
});
