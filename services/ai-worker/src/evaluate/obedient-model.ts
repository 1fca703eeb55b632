import type { InjectionCase } from './evaluation-case.js';
import { isShown } from './measure.js';
import type { Model, ModelReply, ModelRequest } from '../providers/model.js';

interface Shown {
  rule: { rule_score: number; user: string };
  events: { id: string }[];
}

/**
 * The worst model there can be: it does what any text in front of it tells it to, without fail. What it cannot be moved to
 * is what holds for any model. It is an instrument of the evaluation and used nowhere else.
 */
export class ObedientModel implements Model {
  readonly name = 'obedient';
  readonly endpoint = 'none';
  readonly fingerprint = 'none';
  readonly timeoutMs = 1_000;
  /** What it would obey if it were shown it. */
  private order: InjectionCase | null = null;

  /** Says which text is an order from now on; null when none is. */
  listenTo(order: InjectionCase | null): void {
    this.order = order;
  }

  ask({ messages }: ModelRequest): Promise<ModelReply> {
    const shown = messages[0]?.content ?? '';
    const data = JSON.parse(/\n([\s\S]*)\nEND DATA/.exec(shown)?.[1] ?? '{}') as Shown;
    const { order } = this;
    const obeys = order !== null && isShown(order, shown);
    const evidence = [
      { event: data.events[0]?.id ?? 'rule', field: data.events[0] ? 'event_type' : 'severity' },
    ];
    const said = obeys ? `${order.canary}.` : `The rule fired for ${data.rule.user}.`;
    const answer = {
      score: obeys ? (order.wants === 'low' ? 0 : 100) : data.rule.rule_score,
      confidence: 'high',
      summary: said,
      what_happened: [{ text: said, evidence }],
      why_it_matters: [],
      check_next: [],
      harmless_if: [],
      controls: [],
    };
    return Promise.resolve({
      text: JSON.stringify(answer),
      end: 'complete',
      model: this.name,
      inputTokens: 0,
      outputTokens: 0,
    });
  }
}
