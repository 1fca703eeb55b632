import { messageOf } from '@mcm/kernel';
import { EVENT_BUS, type EventBus, type Subscription } from '@mcm/messaging';
import { HealthRegistry, LOGGER, type Logger, MetricsRegistry } from '@mcm/platform';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Evaluator } from '../evaluate-events/evaluator.js';
import { RuleStore } from '../rule-store/rule-store.js';
import type { RulesInForce } from '../rule-store/rules-in-force.js';

/** Time between two polls of the revisions, in milliseconds: half of the second that is promised. */
const POLL_MS = 500;
/** Longest time between two polls while they fail. */
const LONGEST_POLL_MS = 5_000;

/**
 * Keeps this process at the rules and overrides that are in force. A fact on the bus says when to poll; a fact can be lost
 * and reaches one process alone with some drivers, so it looks by itself twice a second too (docs/adr/0009).
 */
@Injectable()
export class FollowRules implements OnApplicationBootstrap, OnApplicationShutdown {
  private subscription: Subscription | undefined;
  private timer: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;
  /** A poll was requested while one was under way, which may have begun too early. */
  private pollAgain = false;
  private stopped = false;
  private applied: RulesInForce | undefined;
  private fault: unknown;
  private faults = 0;
  private readonly failures;

  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly ruleStore: RuleStore,
    private readonly evaluator: Evaluator,
    health: HealthRegistry,
    metrics: MetricsRegistry,
  ) {
    this.failures = metrics.counter(
      'mcm_rules_follow_failures_total',
      'Times that this process could not take over the rules in force',
    );
    metrics.gauge(
      'mcm_rules_applied_revision',
      'Revision of the rules that this process goes by',
      [],
      (gauge) => gauge.set(this.applied?.revision ?? 0),
    );
    health.register('rule-changes', async () =>
      this.fault === undefined ? undefined : `the rules could not be taken over: ${messageOf(this.fault)}`,
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    this.subscription = await this.bus.listen('rules.changed', () => void this.poll());
    this.plan();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.subscription?.close();
    await this.polling;
  }

  /** Takes over what is in force; resolves when that was tried. */
  poll(): Promise<void> {
    if (this.polling !== undefined) {
      this.pollAgain = true;
      return this.polling;
    }
    this.polling = this.follow().finally(() => {
      this.polling = undefined;
    });
    return this.polling;
  }

  private async follow(): Promise<void> {
    do {
      this.pollAgain = false;
      if (this.stopped || !this.evaluator.isStarted) return;
      try {
        await this.ruleStore.refresh();
        const { inForce } = this.ruleStore;
        if (inForce !== this.applied) {
          await this.evaluator.use(inForce);
          this.applied = inForce;
          await this.report(inForce);
        }
        this.fault = undefined;
        this.faults = 0;
      } catch (error) {
        this.faults += 1;
        this.failures.inc();
        // The same fault comes again with each look; the health report shows it all the while.
        if (messageOf(error) !== messageOf(this.fault)) {
          this.logger.warn({ err: error }, `The new rules could not be applied: ${messageOf(error)}`);
        }
        this.fault = error;
      }
    } while (this.pollAgain);
  }

  /** Lets dashboards look again once findings come from the new rules. */
  private async report(inForce: RulesInForce): Promise<void> {
    await this.bus.publish('rules.changed', [{ what: 'rules', revision: inForce.revision }]);
  }

  private plan(): void {
    const wait = Math.min(LONGEST_POLL_MS, POLL_MS * 2 ** Math.min(this.faults, 10));
    this.timer = setTimeout(() => {
      void this.poll().finally(() => {
        if (!this.stopped) this.plan();
      });
    }, wait);
    this.timer.unref();
  }
}
