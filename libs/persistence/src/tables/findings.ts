import type { FindingReason, Severity } from '@mcm/contracts';
import { column, nullable, type RowOf, without } from './columns.js';

/** The columns of `findings`: one row for each event that a rule fired on, one for each episode of a correlation. */
export const FINDING = {
  id: column<number>('bigint'),
  /** UUID, the same whenever the same thing is found again. */
  finding_key: column<string>('uuid'),
  /** `event`: one event fired a rule. `correlation`: an episode of several events did, and may go on. */
  kind: column<'event' | 'correlation'>('text'),
  rule_id: column<string>('text'),
  rule_name: column<string>('text'),
  /** Content hash of the rule as it was when the finding was written. */
  rule_hash: column<string>('text'),
  title: column<string>('text'),
  description: column<string>('text'),
  severity: column<Severity>('text'),
  /** Whom it is about; at most 512 characters. */
  user: column<string>('text'),
  /** Canonical name of `user`; null where `user` is its own. */
  canonical_user: nullable<string>('text'),
  /** Canonical JSON of the group; null for `event`, never null for `correlation`. */
  group_key: nullable<string>('text'),
  /** Event time of the earliest event. */
  first_seen: column<string>('timestamptz(3)'),
  /** Event time of the latest event. */
  last_seen: column<string>('timestamptz(3)'),
  event_count: column<number>('integer'),
  /** Evidence: uid of the earliest 50 and the latest 50 events. */
  event_uids: column<readonly string[]>('uuid[]'),
  reasons: column<FindingReason>('jsonb'),
  /** Controls served, by framework: `{"tsc":["CC6.1"]}`. */
  controls: column<Record<string, string[]>>('jsonb'),
  /** Number of times the finding was written; 1 when it is new. */
  revision: column<number>('integer'),
  /** When the first of its events was accepted. */
  first_received_at: column<string>('timestamptz(3)'),
  /** When it was raised: wall clock, not event time. */
  created_at: column<string>('timestamptz(3)'),
  updated_at: column<string>('timestamptz(3)'),
};

/** What the rule engine says about something it found. */
export const FINDING_DRAFT = without(FINDING, 'id', 'revision', 'created_at', 'updated_at');
export type FindingDraft = RowOf<typeof FINDING_DRAFT>;
