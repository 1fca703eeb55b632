import type { CorrelationType, Level, Threshold } from './document/rule-document.js';
import type { ConditionReason } from './evaluate/explain.js';

/** Why a rule over single events matched. */
export interface EventReasons {
  kind: 'event';
  condition: ConditionReason;
}

/** Why a correlation fired. */
export interface CorrelationReasons {
  kind: 'correlation';
  type: CorrelationType;
  /** Milliseconds. */
  timespan: number;
  /** What the measured value had to meet, e.g. `{gte: 5}`. */
  threshold: Threshold;
  /** The fields whose values were counted or calculated with. */
  fields: readonly string[];
  /** What was measured over the window that ended with the last threshold hit. */
  value: number;
  group: Readonly<Record<string, string>>;
  /** The rules it refers to, each with its events among the kept evidence. */
  rules: { id: string; name: string; title: string; contentHash: string; eventIds: string[] }[];
}

export type Reasons = EventReasons | CorrelationReasons;

/** A rule that matched an event, or an episode of a correlation as it stands now. */
export interface Detection {
  readonly ruleId: string;
  /** The rule's `name`; without one its title. */
  readonly ruleName: string;
  readonly ruleTitle: string;
  readonly level: Level;
  readonly kind: 'event' | 'correlation';
  /** The event, or the earliest 50 and latest 50 events of the episode, oldest first. */
  readonly eventIds: readonly string[];
  /** Group-by field → value; empty for rules over single events and without group-by. */
  readonly group: Readonly<Record<string, string>>;
  /** The group as canonical JSON (keys in the order of group-by); null for rules over single events. */
  readonly groupKey: string | null;
  /** Time of the (first) event. An event without any time counts as 1970-01-01T00:00:00Z here. */
  readonly firstSeen: Date;
  readonly lastSeen: Date;
  /** Exact number of distinct events. */
  readonly count: number;
  readonly reasons: Reasons;
  /** The rule's `summary` filled in; the title when it has none. */
  readonly summary: string;
  /** SHA-256 (hex) of the rule document. */
  readonly contentHash: string;
  /** All keys of the rule Sigma does not know (`compliance`, `runbook` …). */
  readonly custom: Readonly<Record<string, unknown>>;
}

/** The event a detector looks at. */
export interface DetectorEvent {
  /**
   * Identity, together with the time: the same id at the same time is the same event, however often it arrives. The same
   * id with another time is another event and counts again.
   */
  id: string;
  /** When it happened. Without it the fields `timestamp` and `@timestamp` of the record are tried. */
  time?: Date | number | undefined;
  /** When it reached the system; decides what windows may forget. Without it the greatest time seen counts. */
  receivedAt?: Date | number | undefined;
  logsource?: EventLogSource | readonly EventLogSource[] | undefined;
  data: object;
}
export interface EventLogSource {
  product?: string | undefined;
  category?: string | undefined;
  service?: string | undefined;
}
