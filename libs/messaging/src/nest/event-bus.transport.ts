import { type ConsumerName, CONSUMERS, POLICY_CONSUMERS, type SubjectName } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import {
  BaseRpcContext,
  type CustomTransportStrategy,
  type MessageHandler,
  Server,
} from '@nestjs/microservices';
import { isObservable, lastValueFrom } from 'rxjs';
import type { Delivery, EventBus, Subscription } from '../event-bus.js';
import { EVENT_BUS_TRANSPORT } from './handles-batches.decorator.js';

const DECLARED = { ...CONSUMERS, ...POLICY_CONSUMERS };

/**
 * The bus as a transport of Nest microservices, whatever its driver:
 * `app.connectMicroservice({ strategy: new EventBusTransport(bus) })`. Methods with {@link HandlesBatches} become handlers of
 * durable consumers. It subscribes and unsubscribes; opening and closing the bus is the host's business.
 */
export class EventBusTransport extends Server implements CustomTransportStrategy {
  override transportId = EVENT_BUS_TRANSPORT;
  private subscriptions: Subscription[] = [];

  constructor(private readonly bus: EventBus) {
    super();
  }

  /** Begins to consume. Reports `BUS.HANDLER_INVALID` (kind `conflict`) for handlers that nothing can be handed to. */
  listen(done: (error?: unknown) => void): void {
    this.start().then(
      () => done(),
      (error: unknown) => done(error),
    );
  }

  /** Takes nothing more and waits for handlers that run. */
  async close(): Promise<void> {
    await Promise.all(this.subscriptions.splice(0).map((subscription) => subscription.close()));
  }

  override on(): never {
    throw new AppError('unsupported', 'BUS.NO_EVENTS', 'The bus has no events of its own');
  }

  override unwrap<T>(): T {
    return this.bus as T;
  }

  private async start(): Promise<void> {
    const handlers = [...this.messageHandlers];
    for (const [consumer, handler] of handlers) requireHandler(consumer, handler);
    try {
      for (const [consumer, handler] of handlers) {
        this.subscriptions.push(await this.consume(consumer as ConsumerName, handler));
      }
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  private consume(consumer: ConsumerName, handler: MessageHandler): Promise<Subscription> {
    const subject: SubjectName = DECLARED[consumer].subject;
    return this.bus.consume(consumer, subject, async (batch: readonly Delivery<unknown>[]) => {
      const result: unknown = await handler(batch, new BaseRpcContext([consumer]));
      if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
    });
  }
}

function requireHandler(consumer: string, handler: MessageHandler): void {
  const fault = !Object.hasOwn(DECLARED, consumer)
    ? 'no such consumer is declared'
    : !handler.isEventHandler
      ? 'its handler returns an answer, and messages have no answers'
      : handler.next
        ? 'it has two handlers'
        : null;
  if (fault !== null) throw new AppError('conflict', 'BUS.HANDLER_INVALID', `Consumer ${consumer}: ${fault}`);
}
