import { isDecidedLate } from '../document/decided-late.js';
import type { CorrelationRule } from '../document/rule-document.js';
import type { Aggregator } from './aggregates/aggregator.js';
import { CountAggregator } from './aggregates/count.aggregator.js';
import { DistinctAggregator } from './aggregates/distinct.aggregator.js';
import { AverageAggregator, PercentileAggregator, SumAggregator } from './aggregates/number.aggregator.js';
import { OrderAggregator } from './aggregates/order.aggregator.js';
import { distinctOf, prefilterOf, type Prefilter } from './aggregates/prefilter.js';
import { RulesAggregator } from './aggregates/rules.aggregator.js';
import { leastCount } from './aggregates/threshold.js';
import type { ColumnNeeds } from './entries/entry-layout.js';

/** What a correlation rule means for its windows; derived once. */
export interface CorrelationPlan {
  readonly rule: CorrelationRule;
  /** Number of the plan; referred correlations have lower numbers. */
  readonly index: number;
  readonly timespan: number;
  /** How long before its first hit an episode begins at the earliest. */
  readonly lookback: number;
  /** event_count of events with lower bounds only: the least count that meets it; it needs no aggregator. */
  readonly count: number | undefined;
  readonly prefilter: Prefilter;
  /**
   * A further event can undo what meets the condition: it is measured only when none can come any more. Otherwise it is
   * measured with each event, and what is found stays.
   */
  readonly undoable: boolean;
  /** How many times the allowed lateness passes from the arrival of an event until all that it led to is decided. */
  readonly waits: number;
  /** Counts or calculates over hits of referred correlations: those count that lie in the window whole. */
  readonly wholeHits: boolean;
  readonly needs: ColumnNeeds;
  /** The correlations over this one, with the bit of this one in their masks. */
  readonly dependents: readonly { plan: CorrelationPlan; bit: number }[];
  /** How long after its arrival an entry is needed, in timespans and in times of the allowed lateness. */
  readonly reach: Reach;
  /** Fields of the summary that are not in group-by; their texts are kept per entry. */
  readonly summaryFields: readonly string[];
  createAggregator(): Aggregator;
}

interface Reach {
  /** Milliseconds: the timespan, longer when correlations over this one look back further. */
  readonly timespan: number;
  /** Twice what else would be enough for each time that something waits: it is still there when it is named again. */
  readonly times: number;
}

/** Milliseconds that entries are kept after their arrival. */
export function reachOf({ reach }: CorrelationPlan, lateness: number): number {
  return (reach.timespan + lateness) * reach.times;
}

/** Derives the plans of all correlations; referred ones first. */
export function planCorrelations(rules: readonly CorrelationRule[]): CorrelationPlan[] {
  const known = new Map(rules.map((rule) => [rule.id, rule]));
  const waits = new Map<string, number>();
  for (const { id, references, ...rule } of rules) {
    const before = Math.max(0, ...references.map((reference) => waits.get(reference.id) ?? 0));
    waits.set(id, before + (isDecidedLate(rule) ? 1 : 0));
  }
  const reaches = new Map<string, Reach>();
  for (const { id, timespan, references } of [...rules].reverse()) {
    const over = reaches.get(id);
    const own = {
      timespan: (over?.timespan ?? 0) + timespan,
      times: Math.max(over?.times ?? 0, waits.get(id)! + 1),
    };
    reaches.set(id, own);
    for (const reference of references) {
      if (!known.has(reference.id)) continue;
      const other = reaches.get(reference.id);
      reaches.set(reference.id, {
        timespan: Math.max(other?.timespan ?? 0, own.timespan),
        times: Math.max(other?.times ?? 0, own.times),
      });
    }
  }
  const plans: (CorrelationPlan & { dependents: { plan: CorrelationPlan; bit: number }[] })[] = [];
  const byId = new Map<string, (typeof plans)[number]>();
  const referred = new Set(rules.flatMap((rule) => rule.references.map(({ id }) => id)));
  for (const rule of rules) {
    const { id, references, timespan, type } = rule;
    const summaryFields = (rule.summary?.fields ?? []).filter((field) => !rule.groupBy.includes(field));
    const prefilter = prefilterOf(rule);
    const hits = references.some((reference) => known.has(reference.id));
    const plan = {
      rule,
      index: plans.length,
      timespan,
      lookback: type === 'absence' ? 0 : timespan,
      count: type === 'event_count' && !hits ? leastCount(rule.threshold) : undefined,
      prefilter,
      undoable: type !== 'absence' && isDecidedLate(rule),
      waits: waits.get(id)!,
      wholeHits: hits && type !== 'temporal_ordered',
      needs: {
        mask: references.length > 1 || hits || type === 'absence',
        value: rule.valueFields.length > 0,
        texts: summaryFields.length > 0,
        hits: hits,
        onward: referred.has(id),
        distinct: distinctOf(prefilter),
      },
      dependents: [],
      reach: reaches.get(id)!,
      summaryFields,
      createAggregator: () => createAggregator(rule),
    };
    plans.push(plan);
    byId.set(id, plan);
    for (const [bit, reference] of references.entries())
      byId.get(reference.id)?.dependents.push({ plan, bit });
  }
  return plans;
}

function createAggregator(rule: CorrelationRule): Aggregator {
  switch (rule.type) {
    case 'event_count':
    case 'absence':
      return new CountAggregator();
    case 'value_count':
      return new DistinctAggregator();
    case 'temporal':
      return new RulesAggregator(rule.references.length);
    case 'temporal_ordered':
      return new OrderAggregator(rule.references.length);
    case 'value_sum':
      return new SumAggregator();
    case 'value_avg':
      return new AverageAggregator();
    case 'value_percentile':
    case 'value_median':
      return new PercentileAggregator(rule.percentile);
  }
}

/**
 * Puts together the plans that look at the same events in the same groups and keep the same of them: their entries are
 * kept once. Plans over or under other correlations, and absences, stand alone. The order stays.
 */
export function planFamilies(plans: readonly CorrelationPlan[]): CorrelationPlan[][] {
  const families = new Map<string, CorrelationPlan[]>();
  for (const plan of plans) {
    const { rule, needs } = plan;
    const alone = needs.hits || needs.onward || rule.type === 'absence';
    const key = alone
      ? `${plan.index}`
      : JSON.stringify([
          rule.references.map(({ id }) => id),
          rule.groupBy.map((field) => [
            field,
            rule.references.map(({ text }) => rule.aliases.get(field)?.get(text) ?? field),
          ]),
          rule.valueFields,
          rule.valueFields.length > 0 && rule.type !== 'value_count',
          rule.valueFields.map((field) =>
            rule.references.map(({ text }) => rule.aliases.get(field)?.get(text)),
          ),
          plan.summaryFields,
        ]);
    const family = families.get(key);
    if (family === undefined) families.set(key, [plan]);
    else family.push(plan);
  }
  return [...families.values()];
}
