import type { ConsumerName, EventEnvelope, JsonObject, Topology } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { closedGate } from '@mcm/testing';
import type { ConsumerStatus, Delivery, EventBus } from '../event-bus.js';
import {
  CONTRACT_TOPOLOGY,
  type ConsumerProcess,
  type EventBusFeatures,
  type EventBusStore,
  type StoreOptions,
} from './event-bus-store.js';
import { DeadLetterBox, Inbox } from './inbox.js';

const RETRY_DELAY_MS = CONTRACT_TOPOLOGY['record-events'].retryDelayMs;

function envelope(id: string, raw_data: JsonObject = {}): EventEnvelope {
  return {
    uid: id,
    event_id: id,
    source: 'test',
    event_type: 'login_failed',
    user: 'alice',
    timestamp: '2026-11-23T10:00:00.000Z',
    received_at: '2026-11-23T10:00:00.000Z',
    correlation_id: 'c',
    raw_data,
  };
}
const ids = (count: number, prefix = 'e'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

/** Every promise of the {@link EventBus} port that applies to the driver. To be called inside a test file. */
export function eventBusContract(
  driver: string,
  features: EventBusFeatures,
  createStore: () => Promise<EventBusStore>,
): void {
  describe(`EventBus: ${driver}`, () => {
    let store: EventBusStore;
    let letters: DeadLetterBox;
    let bus: EventBus;
    let reports: string[];
    const open: EventBus[] = [];

    async function openBus(options: Partial<StoreOptions> = {}): Promise<EventBus> {
      const opened = await store.open({
        topology: CONTRACT_TOPOLOGY,
        deadLetters: letters,
        log: {
          warn: (_, message) => reports.push(message),
          error: (_, message) => reports.push(message),
        },
        ...options,
      });
      open.push(opened);
      return opened;
    }
    /** The one bus of a test that wants it otherwise. */
    async function reopen(options: Partial<StoreOptions>): Promise<EventBus> {
      await bus.close();
      return (bus = await openBus(options));
    }
    const publish = (events: readonly string[], on = bus) =>
      on.publish(
        'events.accepted',
        events.map((id) => envelope(id)),
      );
    /** Consumes into an inbox; `fault` may throw for a batch. */
    async function consume(
      consumer: ConsumerName,
      fault?: (batch: readonly Delivery<EventEnvelope>[]) => unknown,
      on = bus,
    ): Promise<Inbox> {
      const inbox = new Inbox();
      await on.consume(consumer, 'events.accepted', async (batch) => {
        inbox.receive(batch);
        await fault?.(batch);
      });
      return inbox;
    }
    async function statusOf(consumer: ConsumerName, on = bus): Promise<ConsumerStatus> {
      return (await on.status()).find((each) => each.consumer === consumer)!;
    }
    /** Resolves when nothing waits for the consumer any more. */
    async function untilCaughtUp(consumer: ConsumerName, on = bus): Promise<ConsumerStatus> {
      const deadline = performance.now() + 15_000;
      for (;;) {
        const status = await statusOf(consumer, on);
        if (status.lag === 0) return status;
        if (performance.now() > deadline) throw new Error(`${consumer} still lags by ${status.lag}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
    const failsWith = (kind: string, code: string) => expect.objectContaining({ kind, code }) as AppError;

    beforeEach(async () => {
      reports = [];
      letters = new DeadLetterBox();
      store = await createStore();
      bus = await openBus();
    });
    afterEach(async () => {
      await Promise.all(open.splice(0).map((each) => each.close()));
      await store.remove();
    });

    describe('publish', () => {
      it('brings every message to every durable consumer of the subject', async () => {
        const record = await consume('record-events');
        const evaluate = await consume('evaluate-events');
        const sent = ids(57);
        await publish(sent);
        await Promise.all([record.untilIds(sent), evaluate.untilIds(sent)]);
        await untilCaughtUp('record-events');
        await untilCaughtUp('evaluate-events');
        expect(record.ids.toSorted()).toEqual(sent.toSorted());
        expect(evaluate.ids.toSorted()).toEqual(sent.toSorted());
      });

      it('keeps messages for a consumer that is not running', async () => {
        await publish(['a']);
        await publish(['b', 'c']);
        expect(await statusOf('record-events')).toMatchObject({ lag: 3, delivered: 0 });
        const inbox = await consume('record-events');
        await inbox.untilIds(['a', 'b', 'c']);
        expect(await untilCaughtUp('record-events')).toMatchObject({ lag: 0, delivered: 3, acknowledged: 3 });
        expect(await statusOf('evaluate-events')).toMatchObject({ lag: 3 });
      });

      it('hands over at most as many messages in a batch as declared', async () => {
        const sent = ids(95);
        await publish(sent);
        const record = await consume('record-events');
        const evaluate = await consume('evaluate-events');
        await Promise.all([record.untilIds(sent), evaluate.untilIds(sent)]);
        expect(Math.max(...record.all.map((batch) => batch.ids.length))).toBe(10);
        expect(Math.max(...evaluate.all.map((batch) => batch.ids.length))).toBe(4);
      });

      it('runs as many handlers concurrently as declared', async () => {
        let running = 0;
        let most = 0;
        const goOn = closedGate();
        const sent = ids(40);
        await publish(sent);
        const inbox = await consume('evaluate-events', async () => {
          most = Math.max(most, ++running);
          if (running === 2) goOn.open();
          await goOn.opened;
          running -= 1;
        });
        await inbox.untilIds(sent);
        expect(most).toBe(2);
      });

      it('gathers concurrent publications into few batches', async () => {
        const sent = ids(100);
        await Promise.all(sent.map((id) => publish([id])));
        const inbox = await consume('record-events');
        await inbox.untilIds(sent);
        expect(inbox.all.length).toBeLessThan(40);
      });

      it('hands a consumer that has fallen behind its messages in large batches', async () => {
        const sent = ids(60);
        for (const id of sent) await publish([id]);
        const inbox = await consume('record-events');
        await inbox.untilIds(sent);
        await untilCaughtUp('record-events');
        expect(inbox.ids.toSorted()).toEqual(sent.toSorted());
        expect(inbox.all.length).toBeLessThanOrEqual(10);
      });

      it('does nothing for nothing', async () => {
        await bus.publish('events.accepted', []);
        expect(await statusOf('record-events')).toMatchObject({ lag: 0, published: 0 });
      });

      it('accepts messages of a subject without consumer', async () => {
        await bus.publish('findings.enriched', [{ id: 1, risk_score: 2 }]);
      });

      it.each<[string, JsonObject]>([
        ['U+0000', { text: 'a\u0000b', 'k\u0000y': 1 }],
        ['lone surrogates', { text: 'a\ud800b\udc00' }],
        ['text that looks like an escape', { text: '\\u0000 \\ud800 "\\"' }],
        ['characters outside the first plane', { text: '😀 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \u202e \u2028' }],
        ['the edges of numbers', { numbers: [0, -1.5, 1e308, 5e-324, Number.MAX_SAFE_INTEGER] }],
        ['a dangerous key', JSON.parse('{"__proto__": {"a": 1}, "constructor": null}') as JsonObject],
        ['500 levels', JSON.parse(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`) as JsonObject],
        ['5 MB', { text: 'é"\\\n'.repeat(1_000_000) }],
      ])('brings a message with %s as it was', async (_, raw_data) => {
        const seen: string[] = [];
        const inbox = await consume('record-events', (batch) => {
          seen.push(...batch.map(({ payload }) => JSON.stringify(payload)));
        });
        await bus.publish('events.accepted', [envelope('odd', raw_data)]);
        await inbox.untilIds(['odd']);
        expect(seen).toEqual([JSON.stringify(envelope('odd', raw_data))]);
      });

      it('carries the message as it was at the time of the call', async () => {
        const message = envelope('early');
        const publishing = bus.publish('events.accepted', [message]);
        message.event_id = 'late';
        await publishing;
        const inbox = await consume('record-events');
        await inbox.untilBatches(1);
        expect(inbox.ids).toEqual(['early']);
      });

      it('refuses what is not JSON, whole, and names the message', async () => {
        const circular = envelope('bad');
        (circular.raw_data as Record<string, unknown>).self = circular;
        await expect(bus.publish('events.accepted', [envelope('good'), circular])).rejects.toEqual(
          expect.objectContaining({
            kind: 'invalid',
            code: 'BUS.NOT_JSON',
            errors: [{ pointer: '/1', detail: expect.any(String) as string }],
          }),
        );
        expect(await statusOf('record-events')).toMatchObject({ lag: 0 });
      });

      it('pushes back when too many messages wait for a consumer, and takes more when they are gone', async () => {
        await reopen({ maxLag: 20 });
        const record = await consume('record-events');
        await publish(ids(20));
        await record.untilIds(ids(20));
        await untilCaughtUp('record-events');
        // The other subject has no consumer.
        await expect(publish(['more'])).rejects.toEqual(
          expect.objectContaining({
            kind: 'unavailable',
            code: 'BUS.FULL',
            retryAfterSeconds: expect.any(Number) as number,
            message: expect.stringContaining('evaluate-events') as string,
          }),
        );
        expect(bus.counters['evaluate-events']).toMatchObject({ published: 20, refused: 1 });
        await consume('evaluate-events');
        await untilCaughtUp('evaluate-events');
        await publish(['more']);
        await record.untilIds(['more']);
      });
    });

    describe('a handler that throws', () => {
      it('gets the same batch again, after a delay that doubles', async () => {
        const inbox = await consume('record-events', (batch) => {
          if (batch[0]!.attempt < 3) throw new Error('not yet\u0000');
        });
        await publish(ids(5));
        await inbox.untilBatches(3);
        await untilCaughtUp('record-events');
        expect(inbox.all.map((batch) => [batch.attempt, batch.ids])).toEqual([
          [1, ids(5)],
          [2, ids(5)],
          [3, ids(5)],
        ]);
        const [first, second, third] = inbox.all;
        // A timer may fire a millisecond early.
        expect(second!.at - first!.at).toBeGreaterThanOrEqual(RETRY_DELAY_MS - 1);
        expect(third!.at - second!.at).toBeGreaterThanOrEqual(2 * RETRY_DELAY_MS - 1);
        expect(letters.all).toEqual([]);
        expect(await statusOf('record-events')).toMatchObject({
          delivered: 15,
          redelivered: 10,
          acknowledged: 5,
          deadLettered: 0,
        });
        expect(reports).toContainEqual(expect.stringContaining('not yet'));
      });

      it('does not keep other batches or consumers waiting', async () => {
        const evaluate = await consume('evaluate-events');
        const record = await consume('record-events', (batch) => {
          if (batch.some(({ payload }) => payload.event_id === 'bad')) throw new Error('bad');
        });
        await publish(['bad']);
        await record.untilBatches(1);
        await publish(ids(10));
        await record.untilIds(ids(10));
        await evaluate.untilIds([...ids(10), 'bad']);
      });

      it.each([
        ['together', (events: readonly string[]) => publish(events)],
        [
          'one by one',
          async (events: readonly string[]) => {
            for (const id of events) await publish([id]);
          },
        ],
      ])(
        'loses only the messages that fail alone, after the declared tries, published %s',
        async (_, send) => {
          const poison = new Set(['e3', 'e7']);
          const done = new Set<string>();
          const before = Date.now();
          await send(ids(10));
          await consume('record-events', (batch) => {
            const bad = batch.find(({ payload }) => poison.has(payload.event_id));
            if (bad) throw new AppError('internal', 'TEST.POISON', `cannot take ${bad.payload.event_id}`);
            for (const { payload } of batch) done.add(payload.event_id);
          });
          await letters.untilCount(2);
          expect(await untilCaughtUp('record-events')).toMatchObject({ acknowledged: 8, deadLettered: 2 });
          expect([...done].toSorted()).toEqual(ids(10).filter((id) => !poison.has(id)));
          const found = letters.all.toSorted((a, b) => a.message.localeCompare(b.message));
          expect(found).toEqual(
            ['e3', 'e7'].map((id) => ({
              origin: 'bus',
              subject: 'events.accepted',
              consumer: 'record-events',
              code: 'TEST.POISON',
              reason: `cannot take ${id}`,
              message: JSON.stringify(envelope(id)),
              truncated: false,
              tries: 3,
              failed_at: expect.any(String) as string,
            })),
          );
          for (const letter of found) {
            expect(Date.parse(letter.failed_at)).toBeGreaterThanOrEqual(before);
            expect(Date.parse(letter.failed_at)).toBeLessThanOrEqual(Date.now());
          }
        },
      );

      it('moves an invalid message to the dead letters immediately, and only that one', async () => {
        const inbox = await consume('record-events', (batch) => {
          const bad = batch.find(({ payload }) => payload.event_id === 'e4');
          if (bad) {
            throw new AppError('invalid', 'TEST.INVALID', 'broken', {
              errors: [{ pointer: '/user', detail: 'must be a text' }],
            });
          }
        });
        await publish(ids(10));
        await letters.untilCount(1);
        expect(await untilCaughtUp('record-events')).toMatchObject({ acknowledged: 9, deadLettered: 1 });
        expect(letters.all).toEqual([
          expect.objectContaining({ code: 'TEST.INVALID', reason: 'broken; /user: must be a text' }),
        ]);
        // 10, 5, 3, 2 and 1 messages at most held the bad one.
        expect(inbox.all.filter((batch) => batch.ids.includes('e4')).length).toBeLessThanOrEqual(5);
      });

      it('counts a single invalid message as one try', async () => {
        const inbox = await consume('record-events', () => {
          throw new AppError('invalid', 'TEST.INVALID', 'broken');
        });
        await publish(['one']);
        await letters.untilCount(1);
        expect(letters.all[0]).toMatchObject({ tries: 1, code: 'TEST.INVALID' });
        await untilCaughtUp('record-events');
        expect(inbox.all).toHaveLength(1);
      });

      it('is given a batch again without end while it says that something is unavailable', async () => {
        const inbox = await consume('record-events', (batch) => {
          if (batch[0]!.attempt < 6) throw new AppError('unavailable', 'TEST.AWAY', 'database away');
        });
        await publish(['patient']);
        await inbox.untilBatches(6);
        expect(await untilCaughtUp('record-events')).toMatchObject({ acknowledged: 1, deadLettered: 0 });
        const waits = inbox.all.slice(1).map((batch, index) => batch.at - inbox.all[index]!.at);
        waits.forEach((wait, index) => expect(wait).toBeGreaterThanOrEqual(RETRY_DELAY_MS * 2 ** index - 1));
      });

      it('gives nothing up before the dead letter is stored', async () => {
        letters.faults.push(new Error('store away'), new Error('store away'));
        await consume('record-events', () => {
          throw new AppError('invalid', 'TEST.INVALID', 'broken');
        });
        await publish(['one']);
        await letters.untilCount(1);
        expect(await untilCaughtUp('record-events')).toMatchObject({ deadLettered: 1 });
      });

      it('may have changed its messages: they come again as they were', async () => {
        const seen: string[] = [];
        const inbox = await consume('record-events', (batch) => {
          seen.push(...batch.map(({ payload }) => payload.user));
          for (const { payload } of batch) payload.user = 'mallory';
          throw new Error('no');
        });
        await publish(['a', 'b']);
        await letters.untilCount(2);
        expect(inbox.all.length).toBeGreaterThan(3);
        expect(new Set(seen)).toEqual(new Set(['alice']));
        expect(letters.all.map((letter) => (JSON.parse(letter.message) as EventEnvelope).user)).toEqual([
          'alice',
          'alice',
        ]);
      });

      it('leaves dead letters that hold any text, cut where they are long', async () => {
        await consume('record-events', () => {
          throw new AppError('invalid', 'TEST.\u0000', `\u0000\ud800 ${'x'.repeat(10_000)}`);
        });
        await bus.publish('events.accepted', [envelope('long', { text: '\u0000é'.repeat(200_000) })]);
        await letters.untilCount(1);
        const letter = letters.all[0]!;
        expect(letter.truncated).toBe(true);
        expect(letter.message.length).toBeLessThan(300_000);
        expect(letter.reason.length).toBeLessThan(3_000);
        // eslint-disable-next-line no-control-regex
        expect(letter.message + letter.reason).not.toMatch(/[\u0000\p{Surrogate}]/u);
      });
    });

    describe('redeliver', () => {
      it('brings a message to that consumer alone, as if it were new', async () => {
        const record = await consume('record-events');
        const heard: unknown[] = [];
        await bus.listen('events.accepted', (messages) => heard.push(...messages));
        await bus.redeliver('record-events', JSON.parse(JSON.stringify(envelope('again'))));
        await record.untilIds(['again']);
        expect(record.all[0]).toMatchObject({ ids: ['again'], attempt: 1 });
        await untilCaughtUp('record-events');
        expect(await statusOf('evaluate-events')).toMatchObject({ lag: 0, published: 0 });
        expect(heard).toEqual([]);
      });

      it('is refused for an undeclared consumer', async () => {
        await expect(bus.redeliver('nobody' as ConsumerName, {})).rejects.toEqual(
          failsWith('conflict', 'BUS.UNKNOWN_CONSUMER'),
        );
      });
    });

    describe('consume', () => {
      it('refuses a consumer that is not declared for the subject', async () => {
        const handler = () => Promise.resolve();
        await expect(bus.consume('record-events', 'findings.raised', handler)).rejects.toEqual(
          failsWith('conflict', 'BUS.UNKNOWN_CONSUMER'),
        );
      });

      it('refuses to consume twice, until the first subscription is closed', async () => {
        const handler = () => Promise.resolve();
        const first = await bus.consume('record-events', 'events.accepted', handler);
        await expect(bus.consume('record-events', 'events.accepted', handler)).rejects.toEqual(
          failsWith('conflict', 'BUS.ALREADY_CONSUMED'),
        );
        await first.close();
        const inbox = await consume('record-events');
        await publish(['a']);
        await inbox.untilIds(['a']);
      });
    });

    describe('listen', () => {
      const finding = (id: number) => ({ id, risk_score: 50 });

      it('hears what is published while listening, and nothing else', async () => {
        await bus.publish('findings.enriched', [finding(1)]);
        const heard: number[] = [];
        const all = closedGate();
        const subscription = await bus.listen('findings.enriched', (messages) => {
          heard.push(...messages.map(({ id }) => id));
          if (heard.length === 3) all.open();
        });
        await bus.publish('findings.enriched', [finding(2), finding(3)]);
        await bus.publish('events.recorded', []);
        await bus.publish('findings.enriched', [finding(4)]);
        await all.opened;
        await subscription.close();
        await bus.publish('findings.enriched', [finding(5)]);
        const last = closedGate();
        await bus.listen('findings.enriched', () => last.open());
        await bus.publish('findings.enriched', [finding(6)]);
        await last.opened;
        expect(heard).toEqual([2, 3, 4]);
      });

      it('keeps a throwing listener from harming others', async () => {
        const heard = closedGate();
        await bus.listen('events.accepted', (messages) => {
          messages[0]!.user = 'mallory';
          throw new Error('listener broke');
        });
        await bus.listen('events.accepted', (messages) => {
          expect(messages[0]!.user).toBe('alice');
          heard.open();
        });
        const inbox = await consume('record-events');
        await publish(['a']);
        await heard.opened;
        await inbox.untilIds(['a']);
        expect(reports).toContainEqual(expect.stringContaining('events.accepted'));
      });

      if (features.sharedListeners) {
        it('hears other users of the store', async () => {
          const other = await openBus();
          const heard = closedGate();
          await other.listen('findings.enriched', () => heard.open());
          await bus.publish('findings.enriched', [finding(1)]);
          await heard.opened;
        });
      }
    });

    describe('close', () => {
      it('of a subscription waits for the handler that runs and hands over nothing more', async () => {
        const goOn = closedGate();
        let ended = false;
        const inbox = new Inbox();
        const subscription = await bus.consume('record-events', 'events.accepted', async (batch) => {
          inbox.receive(batch);
          await goOn.opened;
          ended = true;
        });
        await publish(ids(25));
        await inbox.untilBatches(1);
        const closed = subscription.close().then(() => ended);
        goOn.open();
        expect(await closed).toBe(true);
        expect(inbox.all).toHaveLength(1);
        expect(await statusOf('record-events')).toMatchObject({ lag: 15, acknowledged: 10 });
        const later = await consume('record-events');
        await later.untilIds(ids(25).filter((id) => !inbox.ids.includes(id)));
      });

      it('of the bus waits for handlers, for what they and others publish, and refuses afterwards', async () => {
        const goOn = closedGate();
        let ended = false;
        let published = false;
        const inbox = await consume('record-events', async () => {
          await goOn.opened;
          await bus.publish('findings.enriched', [{ id: 1, risk_score: 1 }]);
          await bus.publish('events.accepted', [envelope('from the handler')]);
          published = true;
          ended = true;
        });
        await publish(['a']);
        await inbox.untilBatches(1);
        const publishing = publish(ids(30));
        const closed = bus.close().then(() => ended);
        goOn.open();
        expect(await closed).toBe(true);
        await publishing;
        expect(published).toBe(true);
        await bus.close();
        const refused = failsWith('unavailable', 'BUS.CLOSED');
        await expect(publish(['b'])).rejects.toEqual(refused);
        await expect(
          bus.consume('record-events', 'events.accepted', () => Promise.resolve()),
        ).rejects.toEqual(refused);
        await expect(bus.listen('events.accepted', () => undefined)).rejects.toEqual(refused);
        await expect(bus.redeliver('record-events', {})).rejects.toEqual(refused);
      });
    });

    if (features.persistent) {
      describe('an end and a restart', () => {
        it('loses nothing that was published, whether it was begun or not', async () => {
          await publish(ids(30));
          const begun = await consume('record-events', () => {
            throw new Error('stopping');
          });
          await begun.untilBatches(1);
          await bus.close();
          bus = await openBus();
          expect(await statusOf('record-events')).toMatchObject({ lag: 30 });
          const inbox = await consume('record-events');
          await inbox.untilIds(ids(30));
          await untilCaughtUp('record-events');
          expect(letters.all).toEqual([]);
        });

        it('forgets neither tries nor the limit', async () => {
          await reopen({ maxLag: 10 });
          const inbox = await consume('record-events', () => {
            throw new Error('no');
          });
          await publish(ids(10));
          await inbox.untilBatches(2);
          await reopen({ maxLag: 10 });
          await expect(publish(['more'])).rejects.toEqual(failsWith('unavailable', 'BUS.FULL'));
          const later = await consume('record-events');
          await later.untilBatches(1);
          expect(later.all[0]!.attempt).toBeGreaterThanOrEqual(2);
        });

        it('of the store loses nothing that was taken; publishers and consumers go on by themselves', async () => {
          const inbox = await consume('record-events');
          const taken: string[] = [];
          let refused = 0;
          for (const id of ids(200)) {
            // The store goes away while messages are on their way.
            const crashing = ['e50', 'e100', 'e150'].includes(id) ? store.crash!() : null;
            try {
              await publish([id]);
              taken.push(id);
            } catch (error) {
              expect(error).toMatchObject({ kind: 'unavailable', code: 'BUS.STORE_UNAVAILABLE' });
              refused += 1;
            }
            await crashing;
          }
          expect(taken.length).toBeGreaterThan(100);
          expect(taken.length + refused).toBe(200);
          await inbox.untilIds(taken);
          await untilCaughtUp('record-events');
          expect(letters.all).toEqual([]);
        });

        it('hands over again what a killed process had begun, and gives up what kills every process', async () => {
          const topology: Topology = {
            ...CONTRACT_TOPOLOGY,
            'record-events': { ...CONTRACT_TOPOLOGY['record-events'], maxTries: 2 },
          };
          const start = (): Promise<ConsumerProcess> => store.startConsumerProcess!();
          const children = await Promise.all([start(), start()]);
          await publish(['deadly']);
          // The other one is given what killed the first.
          const begun = new Map(children.map((child) => [child, child.nextBatch()]));
          for (const attempt of [1, 2]) {
            const victim = await Promise.race([...begun].map(([child, batch]) => batch.then(() => child)));
            expect(await begun.get(victim)).toEqual({ size: 1, attempt });
            begun.delete(victim);
            await victim.kill();
          }
          await reopen({ topology });
          const inbox = await consume('record-events');
          await letters.untilCount(1);
          expect(letters.all[0]).toMatchObject({
            code: 'BUS.PROCESS_DIED',
            consumer: 'record-events',
            message: JSON.stringify(envelope('deadly')),
            tries: 2,
          });
          await publish(['harmless']);
          await inbox.untilIds(['harmless']);
          expect(inbox.ids).toEqual(['harmless']);
        });
      });
    }

    if (features.sharedConsumers) {
      it('shares the messages between consumers of the same name', async () => {
        const small = ids(30, 'small');
        for (const id of small) await publish([id]);
        const other = await openBus();
        const both = closedGate();
        const waiting: Inbox[] = [];
        const hold = async (inbox: () => Inbox) => {
          if (!waiting.includes(inbox())) waiting.push(inbox());
          if (waiting.length === 2) both.open();
          await both.opened;
        };
        const one: Inbox = await consume('record-events', () => hold(() => one));
        const two: Inbox = await consume('record-events', () => hold(() => two), other);
        await publish(ids(50));
        await Promise.all([one.untilBatches(1), two.untilBatches(1)]);
        await untilCaughtUp('record-events');
        expect([...one.ids, ...two.ids].toSorted()).toEqual([...ids(50), ...small].toSorted());
      });
    }
  });
}
