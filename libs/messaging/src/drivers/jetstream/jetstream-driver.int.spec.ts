import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, headers, nanos, type NatsConnection } from '@nats-io/transport-node';
import { anEnvelope, describeWith, eventually, startOwnNats, type OwnTestServer } from '@mcm/testing';
import { CONTRACT_TOPOLOGY } from '../../contract-suite/event-bus-store.js';
import { DeadLetterBox, Inbox } from '../../contract-suite/inbox.js';
import { JetStreamEventBus, type JetStreamEventBusOptions } from './index.js';

const STREAM = 'compliance-record-events';
const SUBJECT = 'compliance.bus.record-events';

describeWith({ nats: 'own' }, 'JetStreamEventBus', () => {
  let server: OwnTestServer;
  let connection: NatsConnection;
  let manager: JetStreamManager;
  let letters: DeadLetterBox;
  const buses: JetStreamEventBus[] = [];

  const open = async (options: Partial<JetStreamEventBusOptions> = {}) => {
    const bus = await JetStreamEventBus.open({
      nats: { servers: [server.url] },
      topology: CONTRACT_TOPOLOGY,
      deadLetters: letters,
      log: { warn: () => undefined, error: () => undefined },
      ackWaitMs: 1_000,
      ...options,
    });
    buses.push(bus);
    return bus;
  };
  const consume = async (bus: JetStreamEventBus, goOn: Promise<void> = Promise.resolve()) => {
    const inbox = new Inbox();
    await bus.consume('record-events', 'events.accepted', async (batch) => {
      inbox.receive(batch);
      await goOn;
    });
    return inbox;
  };
  const publish = (bus: JetStreamEventBus, ...events: string[]) =>
    bus.publish(
      'events.accepted',
      events.map((event_id) => anEnvelope({ event_id })),
    );
  const waiting = async () => (await manager.streams.info(STREAM)).state;

  beforeAll(async () => {
    server = await startOwnNats();
  });
  beforeEach(async () => {
    letters = new DeadLetterBox();
    connection = await connect({ servers: server.url });
    manager = await jetstreamManager(connection, { timeout: 20_000 });
  });
  afterEach(async () => {
    await Promise.all(buses.splice(0).map((bus) => bus.close()));
    await connection.close();
    // A connection of its own: that of the test may still wait for a server that was started again.
    const fresh = await connect({ servers: server.url });
    try {
      const { streams } = await jetstreamManager(fresh, { timeout: 20_000 });
      for await (const { config } of streams.list()) await streams.delete(config.name);
    } finally {
      await fresh.close();
    }
  });
  afterAll(() => server.stop());

  describe('what it needs in JetStream', () => {
    it('is created once by several processes at the same time', async () => {
      await Promise.all([open(), open(), open()]);
      const { config } = await manager.streams.info(STREAM);
      expect(config).toMatchObject({ retention: 'workqueue', storage: 'file', discard: 'new', max_age: 0 });
    });

    it('is changed where it differs and may be changed', async () => {
      await open({ ackWaitMs: 60_000, limits: { bytes: 1_000_000_000 } });
      await open({ ackWaitMs: 20_000, limits: { bytes: 0 } });
      expect((await manager.streams.info(STREAM)).config.max_bytes).toBe(-1);
      expect((await manager.consumers.info(STREAM, 'record-events')).config.ack_wait).toBe(nanos(20_000));
    });

    it('is named where it differs and may not be changed', async () => {
      await manager.streams.add({ name: STREAM, subjects: [`${SUBJECT}.*`], retention: 'limits' });
      await expect(open()).rejects.toMatchObject({
        kind: 'conflict',
        code: 'BUS.TOPOLOGY_CONFLICT',
        message: expect.stringMatching(
          /stream compliance-record-events .*retention is "limits", declared is "workqueue"/,
        ) as string,
      });
    });

    it('is said to be too much for the server where it is', async () => {
      await expect(open({ limits: { bytes: 1e15 } })).rejects.toMatchObject({
        code: 'BUS.TOPOLOGY_CONFLICT',
        message: expect.stringMatching(/compliance-record-events.*insufficient storage/) as string,
      });
    });

    it('is created again when the server has lost everything', async () => {
      const bus = await open();
      const inbox = await consume(bus);
      await publish(bus, 'before');
      await inbox.untilIds(['before']);
      await server.restart({ withoutData: true });
      await eventually(
        () =>
          publish(bus, 'after').then(
            () => true,
            () => false,
          ),
        { timeoutMs: 45_000 },
      );
      await inbox.untilIds(['after']);
    });
  });

  describe('a server that is there and stores nothing', () => {
    // What a server of version 2.15 does once its disk was full is not to answer; a stream without answers does the same.
    it.each([
      ['refuses', { max_bytes: 1 }, { max_bytes: -1 }, 'maximum bytes exceeded'],
      ['says nothing', { no_ack: true }, { no_ack: false }, 'restarted'],
    ])('(it %s) is noticed, named, and taken back by itself', async (_, refusing, taking, why) => {
      const bus = await open({ publishTimeoutMs: 500 });
      await manager.streams.update(STREAM, refusing);
      await expect(bus.assertWritable()).resolves.toBeUndefined();
      await expect(publish(bus, 'refused')).rejects.toMatchObject({ kind: 'unavailable' });
      await expect(bus.assertWritable()).rejects.toMatchObject({
        code: 'BUS.WRITES_REFUSED',
        message: expect.stringMatching(new RegExp(`record-events: .*${why}`)) as string,
      });

      await manager.streams.update(STREAM, taking);
      await eventually(() =>
        bus.assertWritable().then(
          () => true,
          () => false,
        ),
      );
      await publish(bus, 'later');
      const inbox = await consume(bus);
      await inbox.untilIds(['later']);
      await eventually(async () => (await bus.status())[0]!.lag === 0);
    });
  });

  describe('something else on its subject', () => {
    it.each([
      ['no JSON', () => connection.publish(`${SUBJECT}.1`, 'nonsense'), 'not JSON'],
      ['no list', () => connection.publish(`${SUBJECT}.1`, '{"a": 1}'), 'no list'],
      [
        'bytes that are no text',
        () => connection.publish(`${SUBJECT}.1`, Uint8Array.of(0xff, 0xfe)),
        'not JSON',
      ],
      ['no number', () => connection.publish(`${SUBJECT}.many`, '1'), 'no list'],
      ['as much as fits', () => connection.publish(`${SUBJECT}.1`, 'x'.repeat(1_000_000)), 'not JSON'],
      [
        'parts that are not there',
        () => {
          const parts = headers();
          parts.set('Mcm-Parts', '5c2f0e0e-0000-4000-8000-000000000000,3');
          connection.publish(`${SUBJECT}.1`, '', { headers: parts });
        },
        'not there',
      ],
    ])(
      '(%s) becomes a dead letter with a reason, and the next message is handled',
      async (_, send, reason) => {
        const bus = await open();
        send();
        await connection.flush();
        await publish(bus, 'good');
        const inbox = await consume(bus);
        await inbox.untilIds(['good']);
        await letters.untilCount(1);
        expect(letters.all).toEqual([
          expect.objectContaining({
            subject: 'events.accepted',
            consumer: 'record-events',
            code: 'BUS.MALFORMED',
            reason: expect.stringContaining(reason) as string,
          }),
        ]);
        await eventually(async () => (await bus.status())[0]!.lag === 0);
      },
    );

    it('(an empty list) is forgotten, and a list that is too long comes in parts', async () => {
      const bus = await open();
      connection.publish(`${SUBJECT}.1`, '[]');
      const events = Array.from({ length: 25 }, (_, index) => anEnvelope({ event_id: `e${index}` }));
      connection.publish(`${SUBJECT}.25`, JSON.stringify(events));
      const inbox = await consume(bus);
      await inbox.untilIds(events.map(({ event_id }) => event_id));
      expect(Math.max(...inbox.all.map(({ ids }) => ids.length))).toBeLessThanOrEqual(10);
      await eventually(async () => (await bus.status())[0]!.lag === 0);
    });
  });

  describe('when too much waits', () => {
    const full = (what: RegExp) =>
      expect.objectContaining({
        kind: 'unavailable',
        code: 'BUS.FULL',
        message: expect.stringMatching(what) as string,
        retryAfterSeconds: expect.any(Number) as number,
      }) as Error;
    const untilRefused = (bus: JetStreamEventBus) =>
      eventually(() =>
        publish(bus, 'more').then(
          () => undefined,
          (error: unknown) => error,
        ),
      );

    it('refuses by bytes, and takes more when they are gone', async () => {
      const bus = await open({ limits: { bytes: 10_000 } });
      expect(await untilRefused(bus)).toEqual(full(/record-events.*bytes wait, the limit is 10000/));
      await consume(bus);
      await bus.consume('evaluate-events', 'events.accepted', () => Promise.resolve());
      await eventually(() =>
        publish(bus, 'again').then(
          () => true,
          () => false,
        ),
      );
    });

    it('refuses by the age of the oldest message', async () => {
      const bus = await open({ limits: { ageSeconds: 1 } });
      await publish(bus, 'old');
      expect(await untilRefused(bus)).toEqual(full(/oldest message has waited for \d+ s, the limit is 1 s/));
    });

    it('says so when the server has no room', async () => {
      const small = await startOwnNats({
        configuration: (folder) => `jetstream { store_dir: "${folder}/data", max_file_store: 200KB }\n`,
      });
      try {
        const bus = await open({ nats: { servers: [small.url] }, limits: { bytes: 0 } });
        const large = anEnvelope({ raw_data: { text: 'x'.repeat(20_000) } });
        const refusal = await eventually(() =>
          bus.publish('events.accepted', [large]).then(
            () => undefined,
            (error: unknown) => error,
          ),
        );
        expect(refusal).toEqual(full(/no room/));
        const refused = Object.values(bus.counters).reduce((sum, counters) => sum + counters.refused, 0);
        expect(refused).toBeGreaterThan(0);
      } finally {
        await Promise.all(buses.splice(0).map((each) => each.close()));
        await small.stop();
      }
    });
  });

  it('leaves nothing behind of what was handled, parts of large messages included', async () => {
    const bus = await open();
    await bus.publish('events.accepted', [
      anEnvelope({ event_id: 'large', raw_data: { text: 'x'.repeat(3_000_000) } }),
      anEnvelope({ event_id: 'small' }),
    ]);
    expect((await waiting()).messages).toBeGreaterThan(3);
    const inbox = await consume(bus);
    await inbox.untilIds(['large', 'small']);
    await eventually(async () => (await waiting()).messages === 0);
  });

  it('keeps a batch that takes longer than the wait for its acknowledgement', async () => {
    const bus = await open();
    const other = await open();
    let end!: () => void;
    const inbox = await consume(bus, new Promise((resolve) => (end = resolve)));
    const others = await consume(other);
    await publish(bus, 'slow');
    await eventually(() => inbox.all.length + others.all.length === 1);
    const before = performance.now();
    await eventually(() => performance.now() - before > 2_500);
    end();
    await eventually(async () => (await bus.status())[0]!.lag === 0);
    expect([...inbox.ids, ...others.ids]).toEqual(['slow']);
  });

  it('says so when there is no JetStream for this user', async () => {
    const other = await startOwnNats({
      configuration: () => 'accounts { A: { users: [{ user: a, password: a }] } }\nno_auth_user: a\n',
    });
    try {
      await expect(open({ nats: { servers: [other.url] } })).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'BUS.STORE_UNAVAILABLE',
        message: expect.stringMatching(/JetStream.*not enabled/i) as string,
      });
    } finally {
      await other.stop();
    }
  });
});
