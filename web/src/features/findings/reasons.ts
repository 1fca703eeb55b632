import type { Schema } from '@/lib/api/client';
import { formatDuration } from '@/lib/time';

/** Every kind of correlation. */
export type CorrelationType = Schema<'CorrelationType'>;

/** A field of an event, what the rule looks for in it, and what was there. */
export interface ItemReason {
  kind: 'item';
  /** The rule's own name of the selection it stands in. */
  selection?: string;
  /** Path of the field in the event; absent when the rule looks into all fields. */
  field?: string;
  /** What the rule looks for, any of these: `*admin*`, `/re/`, `exists`. */
  patterns: readonly string[];
  /** What the event held. */
  values: readonly string[];
  /** The rule demands that this does not hold. */
  negated: boolean;
}

/** Several events that together met a threshold or a sequence. */
export interface WindowReason {
  kind: 'window';
  type: CorrelationType;
  /** What was demanded: `at least 5`; empty where there is no number to demand. */
  threshold: string;
  /** What was measured. */
  value: number;
  /** Length of the window: `1 h`. */
  timespan: string;
  /** The fields that were counted or calculated with. */
  fields: readonly string[];
  /** What the events have in common. */
  group: readonly { field: string; value: string }[];
  /** The rules whose events were put together, and how many of the kept events each has. */
  rules: readonly { title: string; events: number }[];
}

/** Something in a form that this page does not know; shown as it is. */
export interface OtherReason {
  kind: 'other';
  content: unknown;
}

export type Reason = ItemReason | WindowReason | OtherReason;

/** Lays out what the engine recorded about why a finding was raised, the conditions one after the other. */
export function readReasons(recorded: readonly Schema<'FindingReason'>[]): Reason[] {
  return recorded.flatMap((reason): Reason[] => {
    switch (reason.kind) {
      case 'event':
        return readCondition(reason.condition, { negated: false });
      case 'correlation':
        return [readWindow(reason)];
      default:
        return [unknownReason(reason)];
    }
  });
}

/** The fields that conditions looked at or thresholds counted, as the rules name them. */
export function reasonFields(reasons: readonly Reason[]): ReadonlySet<string> {
  return new Set(
    reasons.flatMap((reason) => {
      if (reason.kind === 'item') return reason.field !== undefined && !reason.negated ? [reason.field] : [];
      return reason.kind === 'window' ? reason.fields : [];
    }),
  );
}

/** Fields of the event itself; rules see these before fields of the same name in `raw_data`. */
const EVENT_FIELDS = new Set(['event_id', 'event_type', 'user', 'source', 'timestamp']);

/** What mattered inside `raw_data`, as paths there: fields that were looked at, and those that events were grouped by. */
export function rawDataFields(reasons: readonly Reason[]): ReadonlySet<string> {
  const grouped = reasons.flatMap((reason) =>
    reason.kind === 'window' ? reason.group.map(({ field }) => field) : [],
  );
  return new Set(
    [...reasonFields(reasons), ...grouped].flatMap((field) => {
      if (field.startsWith('raw_data.')) return [field.slice('raw_data.'.length)];
      return EVENT_FIELDS.has(field) ? [] : [field];
    }),
  );
}

type Condition = Schema<'ConditionReason'>;

function readCondition(condition: Condition, where: { selection?: string; negated: boolean }): Reason[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.reasons.flatMap((part) => readCondition(part, where));
    case 'not':
      return readCondition(condition.reason, { ...where, negated: !where.negated });
    case 'selection':
      return readCondition(condition.reason, { ...where, selection: condition.name });
    case 'item':
      return [
        {
          kind: 'item',
          selection: where.selection,
          field: condition.field ?? undefined,
          patterns: condition.patterns,
          values: condition.values.map((value) => (typeof value === 'string' ? value : String(value))),
          negated: where.negated,
        },
      ];
    default:
      return [unknownReason(condition)];
  }
}

/** A gateway of a later version may know more kinds than this page. */
function unknownReason(content: never): OtherReason {
  return { kind: 'other', content };
}

function readWindow(reason: Schema<'CorrelationReason'>): WindowReason {
  const { type, threshold, value, timespan, fields, group, rules } = reason;
  return {
    kind: 'window',
    type,
    threshold: readThreshold(threshold),
    value,
    timespan: formatDuration(timespan),
    fields,
    group: Object.entries(group).map(([field, shared]) => ({ field, value: shared })),
    rules: rules.map(({ title, eventIds }) => ({ title, events: eventIds.length })),
  };
}

const COMPARISONS: Record<keyof Schema<'Threshold'>, string> = {
  gte: 'at least',
  gt: 'more than',
  lte: 'at most',
  lt: 'less than',
  eq: 'exactly',
  neq: 'other than',
};

function readThreshold(threshold: Schema<'Threshold'>): string {
  return (Object.entries(threshold) as [keyof Schema<'Threshold'>, number][])
    .map(([comparison, bound]) => `${COMPARISONS[comparison]} ${bound}`)
    .join(' and ');
}
