import type { Place } from '../problems/problem.js';
import type { Condition } from './condition.js';
import type { NamedSelection } from './selection.js';
import type { SummaryTemplate } from './summary-template.js';

/** Sigma's severity levels, mildest first. */
export const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Level = (typeof LEVELS)[number];

/** Where events come from. A dimension that is absent is not asked for (rule) or not known (event). */
export interface LogSource {
  product?: string;
  category?: string;
  service?: string;
}

/** What every document kind has. */
export interface DocumentHeader {
  readonly path: string;
  readonly place: Place;
  /** The document as it stands in its file. */
  readonly source: string;
  readonly contentHash: string;
  /** The document's `id`; without one its `name`, else an identifier made from path and title. */
  readonly id: string;
  readonly name: string | undefined;
  readonly title: string;
  readonly description: string | undefined;
  readonly status: string | undefined;
  readonly level: Level | undefined;
  readonly tags: readonly string[];
  /** Known Sigma keys that only describe: author, date, references, falsepositives … */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** All keys Sigma does not know, ours included (`compliance`, `runbook`, `summary` …). */
  readonly custom: Readonly<Record<string, unknown>>;
  /** Whether the document itself has an `id`. */
  readonly identified: boolean;
  /** In the units of `SizeBudget`; without the filters that apply. */
  readonly size: number;
}

/** A rule over single events. */
export interface EventRule extends DocumentHeader {
  readonly kind: 'event';
  readonly logsource: LogSource;
  readonly selections: readonly NamedSelection[];
  /** Several conditions are alternatives. */
  readonly condition: Condition;
  readonly levels: readonly EventLevel[];
  readonly summary: SummaryTemplate | undefined;
  readonly tests: readonly RuleTest[];
  /** Filters that apply to this rule; filled when all documents are known. */
  readonly filters: readonly FilterRule[];
  /** Raises detections of its own although correlations refer to it. */
  readonly generate: boolean | undefined;
}
export interface EventLevel {
  readonly condition: Condition;
  readonly level: Level;
}

export const CORRELATION_TYPES = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
  'value_median',
  'absence',
] as const;
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

export const THRESHOLD_OPERATORS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;
export type ThresholdOperator = (typeof THRESHOLD_OPERATORS)[number];
/** All given operators must hold. */
export type Threshold = Readonly<Partial<Record<ThresholdOperator, number>>>;

/** A rule over several events within a timespan. */
export interface CorrelationRule extends DocumentHeader {
  readonly kind: 'correlation';
  readonly type: CorrelationType;
  /** Identifiers of the referred rules in written order; resolved from id or name. */
  readonly references: readonly RuleReference[];
  readonly groupBy: readonly string[];
  /** Milliseconds. */
  readonly timespan: number;
  readonly threshold: Threshold;
  /** Fields whose values are counted or calculated with; several are a tuple. */
  readonly valueFields: readonly string[];
  /** For `value_percentile`: 0 to 100. */
  readonly percentile: number;
  /** alias → rule as written under `rules` → field. Before references are resolved: rule as written in the alias. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** The rules that aliases name, each where it stands. */
  readonly aliased: readonly { readonly alias: string; readonly text: string; readonly place: Place }[];
  /** The referred rules raise detections of their own too. */
  readonly generateReferences: boolean;
  readonly generate: boolean | undefined;
  readonly levels: readonly CountLevel[];
  readonly summary: SummaryTemplate | undefined;
  readonly tests: readonly RuleTest[];
}
export interface RuleReference {
  /** As written: an id or a name. */
  readonly text: string;
  readonly place: Place;
  /** The referred rule's id; empty until all documents are known. */
  readonly id: string;
}
export interface CountLevel {
  readonly threshold: Threshold;
  readonly level: Level;
}

/** Exceptions that are kept apart from the rules they apply to. */
export interface FilterRule extends DocumentHeader {
  readonly kind: 'filter';
  readonly logsource: LogSource;
  /** The rules it applies to; `any` is every rule its log source fits. */
  readonly targets: 'any' | readonly RuleReference[];
  readonly selections: readonly NamedSelection[];
  readonly condition: Condition;
}

export type RuleDocument = EventRule | CorrelationRule | FilterRule;

/** A test kept in the rule's own document. */
export interface RuleTest {
  readonly name: string;
  readonly place: Place;
  readonly events: readonly TestEvent[];
  readonly expect: {
    readonly match: boolean;
    /** Number of events: those a rule over single events matched, those in the last episode of a correlation. */
    readonly count?: number;
    /** Number of findings: matches of a rule over single events, episodes of a correlation. */
    readonly findings?: number;
    readonly severity?: Level;
    readonly group?: Readonly<Record<string, unknown>>;
    readonly summary?: string;
  };
}

/** A record of a test. */
export interface TestEvent {
  readonly data: Readonly<Record<string, unknown>>;
  /** Milliseconds by which it happens later than its record says; for repeated events. */
  readonly later: number;
}
