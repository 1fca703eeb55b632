import { formatDuration } from '@/lib/time';

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
  /** Kind of correlation: `event_count`, `temporal`. */
  type: string;
  /** What was demanded: `at least 5`. */
  threshold?: string;
  /** What was measured. */
  value?: number;
  /** Length of the window: `1 h`. */
  timespan?: string;
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

/** Reads what the engine recorded about why a finding was raised, the conditions laid out one after the other. */
export function readReasons(recorded: unknown): Reason[] {
  if (recorded === null || recorded === undefined) return [];
  const entries: unknown[] = Array.isArray(recorded) ? recorded : [recorded];
  return entries.flatMap((entry): Reason[] => {
    if (isRecord(entry) && entry.kind === 'event') return readCondition(entry.condition, { negated: false });
    if (isRecord(entry) && entry.kind === 'correlation') return [readWindow(entry)];
    return [{ kind: 'other', content: entry }];
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

function readCondition(node: unknown, where: { selection?: string; negated: boolean }): Reason[] {
  if (!isRecord(node)) return [{ kind: 'other', content: node }];
  switch (node.kind) {
    case 'all':
    case 'any':
      return Array.isArray(node.reasons) ? node.reasons.flatMap((part) => readCondition(part, where)) : [];
    case 'not':
      return readCondition(node.reason, { ...where, negated: !where.negated });
    case 'selection':
      return readCondition(node.reason, { ...where, selection: text(node.name) });
    case 'item':
      return [
        {
          kind: 'item',
          selection: where.selection,
          field: text(node.field),
          patterns: list(node.patterns),
          values: list(node.values),
          negated: where.negated,
        },
      ];
    default:
      return [{ kind: 'other', content: node }];
  }
}

function readWindow(entry: Record<string, unknown>): WindowReason {
  return {
    kind: 'window',
    type: text(entry.type) ?? 'correlation',
    threshold: readThreshold(entry.threshold),
    value: typeof entry.value === 'number' ? entry.value : undefined,
    timespan: typeof entry.timespan === 'number' ? formatDuration(entry.timespan) : text(entry.timespan),
    fields: list(entry.fields),
    group: isRecord(entry.group)
      ? Object.entries(entry.group).map(([field, value]) => ({ field, value: shown(value) }))
      : [],
    rules: (Array.isArray(entry.rules) ? entry.rules : []).filter(isRecord).map((rule) => ({
      title: text(rule.title) ?? text(rule.name) ?? 'a rule without a name',
      events: Array.isArray(rule.eventIds) ? rule.eventIds.length : 0,
    })),
  };
}

const COMPARISONS: Record<string, string> = {
  gte: 'at least',
  gt: 'more than',
  lte: 'at most',
  lt: 'less than',
  eq: 'exactly',
  neq: 'other than',
};

function readThreshold(threshold: unknown): string | undefined {
  if (!isRecord(threshold)) return undefined;
  const parts = Object.entries(threshold).flatMap(([comparison, bound]) => {
    const words = COMPARISONS[comparison];
    return words !== undefined && typeof bound === 'number' ? [`${words} ${bound}`] : [];
  });
  return parts.length > 0 ? parts.join(' and ') : undefined;
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(shown) : [];
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing');
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
