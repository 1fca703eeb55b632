import type { CorrelationRule } from '../document/rule-document.js';
import type { ColumnNeeds } from './entry-layout.js';
import { ChainIndex } from './chain-index.js';
import { CountJudge } from './count.judge.js';
import { DistinctJudge } from './distinct.judge.js';
import { hurdleOf, type Hurdle } from './hurdle.js';
import type { Judge } from './judge.js';
import { LevelIndex } from './level-index.js';
import { PercentileJudge, SumJudge } from './number.judge.js';
import { OrderedJudge } from './ordered.judge.js';
import { TemporalJudge } from './temporal.judge.js';
import { leastCount, lowerBound, meetsThreshold } from './threshold.js';
import type { WindowIndex } from './window-index.js';

/** What a correlation rule means for its windows; derived once. */
export interface CorrelationPlan {
  readonly rule: CorrelationRule;
  /** Number of the plan; referred correlations have lower numbers. */
  readonly index: number;
  readonly timespan: number;
  /** How long before its first firing an episode begins at the earliest. */
  readonly lookback: number;
  /** Further entries can only add firings, never take one back. */
  readonly monotone: boolean;
  /** event_count with lower bounds only: the count at which it fires; judged without a judge. */
  readonly count: number | undefined;
  readonly hurdle: Hurdle;
  /** Counts or calculates over firings: each window is measured on its own, over the firings that lie in it whole. */
  readonly stepwise: boolean;
  readonly needs: ColumnNeeds;
  /** The correlations over this one, with the bit of this one in their masks. */
  readonly dependents: readonly { plan: CorrelationPlan; bit: number }[];
  /** How long entries are kept beyond lateness: the timespan, longer when correlations over this one look back further. */
  readonly retention: number;
  /** Fields of the summary that are not in group-by; their texts are kept per entry. */
  readonly summaryFields: readonly string[];
  createJudge(): Judge;
  /** An empty index for a large group into which events come late; undefined when there is none for the plan. */
  createIndex(): WindowIndex | undefined;
}

/** Derives the plans of all correlations; referred ones first. */
export function planCorrelations(rules: readonly CorrelationRule[]): CorrelationPlan[] {
  const known = new Set(rules.map((rule) => rule.id));
  const retention = new Map<string, number>();
  for (const rule of [...rules].reverse()) {
    const own = Math.max(retention.get(rule.id) ?? 0, 0) + rule.timespan;
    retention.set(rule.id, own);
    for (const { id } of rule.references) {
      if (known.has(id)) retention.set(id, Math.max(retention.get(id) ?? 0, own));
    }
  }
  const plans: (CorrelationPlan & { dependents: { plan: CorrelationPlan; bit: number }[] })[] = [];
  const byId = new Map<string, (typeof plans)[number]>();
  const referred = new Set(rules.flatMap((rule) => rule.references.map(({ id }) => id)));
  for (const rule of rules) {
    const summaryFields = (rule.summary?.fields ?? []).filter((field) => !rule.groupBy.includes(field));
    const firings = rule.references.some(({ id }) => known.has(id));
    const least = leastCount(rule.threshold);
    const countable = rule.type === 'event_count' || rule.type === 'value_count' || rule.type === 'temporal';
    const plan = {
      rule,
      index: plans.length,
      timespan: rule.timespan,
      lookback: rule.type === 'absence' ? 0 : rule.timespan,
      monotone:
        (rule.type === 'temporal_ordered' || (countable && least !== undefined)) &&
        rule.references.every(({ id }) => byId.get(id)?.monotone !== false),
      count: rule.type === 'event_count' && !firings ? least : undefined,
      hurdle: hurdleOf(rule),
      stepwise: firings && rule.type !== 'temporal' && rule.type !== 'temporal_ordered',
      needs: {
        mask: rule.references.length > 1 || firings || rule.type === 'absence',
        value: rule.valueFields.length > 0,
        texts: summaryFields.length > 0,
        firings,
        onward: referred.has(rule.id),
      },
      dependents: [],
      retention: retention.get(rule.id)!,
      summaryFields,
      createJudge: () => createJudge(rule),
      createIndex: () => (firings || referred.has(rule.id) ? undefined : createIndex(rule)),
    };
    plans.push(plan);
    byId.set(rule.id, plan);
    for (const [bit, { id }] of rule.references.entries()) byId.get(id)?.dependents.push({ plan, bit });
  }
  return plans;
}

function createJudge(rule: CorrelationRule): Judge {
  const needed = lowerBound(rule.threshold);
  switch (rule.type) {
    case 'event_count':
    case 'absence':
      return new CountJudge(needed);
    case 'value_count':
      return new DistinctJudge(needed);
    case 'temporal':
      return new TemporalJudge(rule.references.length, needed);
    case 'temporal_ordered':
      return new OrderedJudge(rule.references.length);
    case 'value_sum':
      return new SumJudge(false);
    case 'value_avg':
      return new SumJudge(true);
    case 'value_percentile':
    case 'value_median':
      return new PercentileJudge(rule.percentile);
  }
}

/** Firings that are offered to other correlations, and windows over firings, are judged one by one. */
function createIndex(rule: CorrelationRule): WindowIndex | undefined {
  if (rule.type !== 'temporal_ordered') return LevelIndex.for(rule);
  const steps = rule.references.length;
  const always = meetsThreshold(rule.threshold, steps) && !meetsThreshold(rule.threshold, 0);
  return always ? new ChainIndex(steps, rule.timespan) : undefined;
}

/**
 * Puts together the plans that look at the same events in the same groups and keep the same of them: their entries are
 * kept once. Plans over or under other correlations, and absences, stand alone. The order stays.
 */
export function planFamilies(plans: readonly CorrelationPlan[]): CorrelationPlan[][] {
  const families = new Map<string, CorrelationPlan[]>();
  for (const plan of plans) {
    const { rule, needs } = plan;
    const alone = needs.firings || needs.onward || rule.type === 'absence';
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
