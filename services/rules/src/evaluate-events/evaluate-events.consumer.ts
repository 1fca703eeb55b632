import { EVENT_BUS, type EventBus, type Subscription } from '@mcm/messaging';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { RuleStore } from '../rule-store/rule-store.js';
import { Evaluator } from './evaluator.js';

/** The durable consumer that turns recorded events into findings. */
@Injectable()
export class EvaluateEventsConsumer implements OnApplicationBootstrap, OnApplicationShutdown {
  private subscription: Subscription | undefined;

  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    private readonly ruleStore: RuleStore,
    private readonly evaluator: Evaluator,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.ruleStore.start();
    await this.evaluator.start(this.ruleStore.inForce);
    this.subscription = await this.bus.consume('evaluate-events', 'events.recorded', (batch) =>
      this.evaluator.evaluate(batch.map((delivery) => delivery.payload)),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.subscription?.close();
  }
}
