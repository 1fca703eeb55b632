import { anEnvelope } from '@mcm/testing';
import type { ConsumerName, EventEnvelope } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload, type MicroserviceOptions } from '@nestjs/microservices';
import { DeadLetterBox, Inbox } from '../contract-suite/inbox.js';
import { MemoryEventBus } from '../drivers/memory/index.js';
import type { Delivery } from '../event-bus.js';
import { EventBusTransport } from './event-bus.transport.js';
import { EVENT_BUS_TRANSPORT, HandlesBatches } from './handles-batches.decorator.js';

const inbox = new Inbox();
let goOn = Promise.resolve();

@Controller()
class Recorder {
  @HandlesBatches('record-events')
  async record(@Payload() batch: readonly Delivery<EventEnvelope>[]): Promise<void> {
    inbox.receive(batch);
    const bad = batch.find(({ payload }) => payload.event_type === 'bad');
    if (bad) throw new AppError('invalid', 'TEST.BAD', `cannot take ${bad.payload.event_id}`);
    await goOn;
  }
}
@Controller()
class Second {
  @HandlesBatches('record-events')
  async record(): Promise<void> {}
}
@Controller()
class Unknown {
  @HandlesBatches('nobody' as ConsumerName)
  async record(): Promise<void> {}
}
@Controller()
class Answering {
  @MessagePattern('record-events', EVENT_BUS_TRANSPORT)
  async record(): Promise<void> {}
}

describe('EventBusTransport', () => {
  const letters = new DeadLetterBox();
  const log = { warn: () => undefined, error: () => undefined };

  async function start(bus: MemoryEventBus, controllers: (new () => object)[]) {
    class TestModule {}
    Module({ controllers })(TestModule);
    const service = await NestFactory.createMicroservice<MicroserviceOptions>(TestModule, {
      strategy: new EventBusTransport(bus),
      logger: false,
    });
    await service.listen();
    return service;
  }

  it('hands batches to the controller, and what it throws to the bus; closing waits for it', async () => {
    const bus = new MemoryEventBus({ deadLetters: letters, log });
    const service = await start(bus, [Recorder]);
    await bus.publish('events.accepted', [
      anEnvelope({ event_id: 'good' }),
      anEnvelope({ event_id: 'poison', event_type: 'bad' }),
    ]);
    await letters.untilCount(1);
    expect(letters.all[0]).toMatchObject({ code: 'TEST.BAD', reason: 'cannot take poison' });
    await inbox.untilIds(['good']);

    let open!: () => void;
    goOn = new Promise((resolve) => (open = resolve));
    await bus.publish('events.accepted', [anEnvelope({ event_id: 'slow' })]);
    await inbox.untilIds(['slow']);
    let closed = false;
    const closing = service.close().then(() => (closed = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(false);
    open();
    await closing;
    expect(await bus.status()).toContainEqual(expect.objectContaining({ consumer: 'record-events', lag: 0 }));

    await bus.publish('events.accepted', [anEnvelope({ event_id: 'late' })]);
    expect(await bus.status()).toContainEqual(expect.objectContaining({ consumer: 'record-events', lag: 1 }));
    await bus.close();
  });

  it.each([
    ['two handlers for a consumer', [Recorder, Second], /record-events: it has two handlers/],
    ['an undeclared consumer', [Unknown], /nobody: no such consumer is declared/],
    ['a handler that answers', [Answering], /record-events: its handler returns an answer/],
  ])('refuses %s', async (_, controllers, message) => {
    const bus = new MemoryEventBus({ deadLetters: letters, log });
    await expect(start(bus, controllers)).rejects.toThrow(message);
    await bus.close();
  });
});
