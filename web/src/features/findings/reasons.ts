/** A field of an event that met what the rule looks for. */
export interface MatchReason {
  kind: 'match';
  /** The rule's own name of the condition or selection. */
  condition?: string;
  /** Path of the field in the event. */
  field: string;
  /** How they are compared: `contains`, `re`, `cidr`. */
  operator?: string;
  /** What the rule looks for. */
  pattern?: string;
  /** What the event held. */
  value?: string;
  /** False when the rule demands that this does not hold. */
  negated: boolean;
}

/** Several events that together met a threshold or a sequence. */
export interface WindowReason {
  kind: 'window';
  /** Kind of correlation: `event_count`, `temporal`. */
  type?: string;
  /** What was demanded: `at least 5`. */
  threshold?: string;
  /** What was seen. */
  count?: number;
  timespan?: string;
  /** What the events have in common. */
  group: readonly { name: string; value: string }[];
  events: number;
}

/** Something that the engine said in another form; shown as it is. */
export interface OtherReason {
  kind: 'other';
  content: unknown;
}

export type Reason = MatchReason | WindowReason | OtherReason;

/** Reads what the engine recorded about why a finding was raised; what it does not know it passes on as it is. */
export function readReasons(recorded: unknown): Reason[] {
  if (recorded === null || recorded === undefined) return [];
  return (Array.isArray(recorded) ? recorded : [recorded]).flatMap(readReason);
}

function readReason(entry: unknown): Reason[] {
  if (!isRecord(entry)) return [{ kind: 'other', content: entry }];
  const field = first(entry, 'field', 'fieldName');
  if (typeof field === 'string') {
    return [
      {
        kind: 'match',
        field,
        condition: shown(first(entry, 'condition', 'selection', 'item', 'search')),
        operator: shown(first(entry, 'operator', 'modifiers', 'modifier')),
        pattern: shown(first(entry, 'pattern', 'expected', 'wanted')),
        value: shown(first(entry, 'value', 'actual')),
        negated: first(entry, 'negated', 'not') === true || entry.matched === false,
      },
    ];
  }
  if ('threshold' in entry || 'timespan' in entry || 'group' in entry) {
    const events = first(entry, 'event_ids', 'eventIds', 'events', 'event_uids');
    const count = first(entry, 'count', 'value', 'seen');
    return [
      {
        kind: 'window',
        type: shown(first(entry, 'type', 'kind')),
        threshold: readThreshold(first(entry, 'threshold', 'condition')),
        count: typeof count === 'number' ? count : undefined,
        timespan: shown(first(entry, 'timespan', 'window')),
        group: readGroup(first(entry, 'group', 'group_by', 'groupBy')),
        events: Array.isArray(events) ? events.length : 0,
      },
      ...readNested(entry),
    ];
  }
  const nested = readNested(entry);
  return nested.length > 0 ? nested : [{ kind: 'other', content: entry }];
}

function readNested(entry: Record<string, unknown>): Reason[] {
  const nested = first(entry, 'reasons', 'matches', 'children', 'because');
  return Array.isArray(nested) ? nested.flatMap(readReason) : [];
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
  if (!isRecord(threshold)) return shown(threshold);
  const parts = Object.entries(threshold).flatMap(([comparison, bound]) => {
    const words = COMPARISONS[comparison];
    return words && (typeof bound === 'number' || typeof bound === 'string') ? [`${words} ${bound}`] : [];
  });
  return parts.length > 0 ? parts.join(' and ') : shown(threshold);
}

function readGroup(group: unknown): { name: string; value: string }[] {
  if (isRecord(group))
    return Object.entries(group).map(([name, value]) => ({ name, value: shown(value) ?? 'nothing' }));
  if (Array.isArray(group)) {
    return group.flatMap((entry) =>
      isRecord(entry) && typeof entry.field === 'string'
        ? [{ name: entry.field, value: shown(entry.value) ?? 'nothing' }]
        : typeof entry === 'string'
          ? [{ name: entry, value: '' }]
          : [],
    );
  }
  return [];
}

/** The fields that the rule met, as dotted paths inside `raw_data`, for marking them there. */
export function matchedFields(reasons: readonly Reason[]): ReadonlySet<string> {
  const fields = reasons.flatMap((reason) =>
    reason.kind === 'match' && !reason.negated
      ? [reason.field.replace(/^raw_data\./, '').replace(/\[\d*\]/g, '')]
      : [],
  );
  return new Set(fields);
}

function first(entry: Record<string, unknown>, ...names: string[]): unknown {
  return names.map((name) => entry[name]).find((value) => value !== undefined && value !== null);
}

function shown(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  if (Array.isArray(value))
    return value.length > 0 ? value.map((part) => shown(part) ?? 'null').join(', ') : undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
