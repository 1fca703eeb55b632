import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { INGEST_SUBJECT } from '@mcm/contracts';
import { describeWith, eventually, type OwnTestServer, startOwnNats } from '@mcm/testing';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { NatsIngestSubject } from './nats-ingest-subject.js';

const ROOT = join(import.meta.dirname, '../../../..');
const log = { warn: () => undefined, error: () => undefined };
/** Passwords, by the files of deploy/init.sh. */
const SECRETS = {
  nats: 'p@ss "word\\',
  'nats-producers/producer': '123',
  'nats-producers/warehouse': 'of the warehouse',
  'nats-producers/Not_a_name': 'x',
};

/** The users of the server that is shipped, as its start makes them of the files with passwords. */
function shippedUsers(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mcm-nats-'));
  try {
    mkdirSync(join(folder, 'nats-producers'));
    for (const [file, password] of Object.entries(SECRETS)) writeFileSync(join(folder, file), password);
    const composed = join(folder, 'composed');
    const env = { ...process.env, SECRETS: folder, NATS_COMPOSED: composed };
    execFileSync('/bin/sh', [join(ROOT, 'deploy/kubernetes/start-nats.sh'), 'compose'], {
      env,
      stdio: 'pipe',
    });
    return /^authorization \{[\s\S]*?^\] \}$/m.exec(readFileSync(composed, 'utf8'))![0];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describeWith({ nats: 'own' }, 'the NATS user of producers', () => {
  let server: OwnTestServer;
  let subject: NatsIngestSubject;
  let producer: NatsConnection;
  const taken: string[] = [];
  const address = () => `localhost:${server.port}`;

  beforeAll(async () => {
    server = await startOwnNats({ configuration: () => `${shippedUsers()}\n` });
    const nats = { servers: [server.url], user: 'mcm', password: SECRETS.nats };
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
    producer = await connect({
      servers: address(),
      user: 'warehouse',
      pass: SECRETS['nats-producers/warehouse'],
      inboxPrefix: '_INBOX_warehouse',
    });
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
      const env = { ...process.env, NATS_PASSWORD: SECRETS['nats-producers/producer'] };
      await promisify(execFile)(process.execPath, [file], { timeout: 60_000, env });
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
    const elsewhere = ['events.accepted', 'findings.raised', '$JS.API.INFO', 'compliance.events.ingest.more'];
    for (const each of elsewhere) producer.publish(each, 'x');
    const overheard = [
      '>',
      INGEST_SUBJECT,
      'findings.raised',
      '_INBOX.>',
      '_INBOX_producer.>',
      '_INBOX_mcm.>',
      '$JS.>',
    ];
    for (const each of overheard) producer.subscribe(each, { callback: () => undefined });
    await producer.flush();
    await eventually(() => refused.length === elsewhere.length + overheard.length);
    for (const each of [...elsewhere, ...overheard])
      expect(refused).toContainEqual(expect.stringContaining(`"${each}"`));

    const answer = await producer.request(INGEST_SUBJECT, '{"event_id":"42"}', { timeout: 20_000 });
    expect(answer.json()).toMatchObject({ stream: 'compliance-ingest' });
  });

  it('has the inboxes of its name, and not those of another producer', async () => {
    const other = await connect({
      servers: address(),
      user: 'producer',
      pass: SECRETS['nats-producers/producer'],
    });
    const errors: string[] = [];
    void (async () => {
      for await (const status of other.status())
        if (status.type === 'error') errors.push(status.error.message);
    })();
    other.subscribe('_INBOX_warehouse.>', { callback: () => undefined });
    await eventually(() => errors.length === 1);
    // Programs of before there was a user for each producer know no inbox of their own.
    const answer = await other.request(INGEST_SUBJECT, '{"event_id":"43"}', { timeout: 20_000 });
    expect(answer.json()).toMatchObject({ stream: 'compliance-ingest' });
    await other.close();
  });

  it('is refused without a password, with that of another, and under a name that is none', async () => {
    for (const login of [
      {},
      { user: 'warehouse', pass: SECRETS.nats },
      { user: 'warehouse', pass: SECRETS['nats-producers/producer'] },
      { user: 'mcm', pass: SECRETS['nats-producers/warehouse'] },
      { user: 'Not_a_name', pass: 'x' },
    ])
      await expect(connect({ servers: address(), ...login })).rejects.toThrow(/Authorization Violation/i);
  });
});
