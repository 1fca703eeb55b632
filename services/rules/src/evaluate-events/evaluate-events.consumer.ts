import type { EventEnvelope } from '@mcm/contracts';
import { type Delivery, HandlesBatches } from '@mcm/messaging';
import { Controller, type OnApplicationBootstrap } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import { RuleStore } from '../rule-store/rule-store.js';
import { Evaluator } from './evaluator.js';

/** The durable consumer that turns recorded events into findings. */
@Controller()
export class EvaluateEventsConsumer implements OnApplicationBootstrap {
  constructor(
    private readonly ruleStore: RuleStore,
    private readonly evaluator: Evaluator,
  ) {}

  /** Comes before the first batch: a host consumes only once everything is started. */
  async onApplicationBootstrap(): Promise<void> {
    await this.evaluator.start(this.ruleStore.inForce);
  }

  @HandlesBatches('evaluate-events')
  async evaluate(@Payload() batch: readonly Delivery<EventEnvelope>[]): Promise<void> {
    await this.evaluator.evaluate(batch.map((delivery) => delivery.payload));
  }
}
