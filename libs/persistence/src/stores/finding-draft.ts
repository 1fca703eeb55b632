import type { Json, JsonObject, Severity } from '@mcm/contracts';

/** What the rule engine says about something it found; times are ISO 8601 in UTC with milliseconds. */
export interface FindingDraft {
  /** `event`: one event fired a rule. `correlation`: an episode of several events did, and may go on. */
  kind: 'event' | 'correlation';
  /** UUID, the same whenever the same thing is found again. */
  finding_key: string;
  rule_id: string;
  rule_name: string;
  /** Content hash of the rule. */
  rule_hash: string;
  title: string;
  description: string;
  severity: Severity;
  /** Whom it is about; at most 512 characters. */
  user: string;
  /** Canonical name of `user`; null where `user` is its own. */
  canonical_user: string | null;
  /** Canonical JSON of the group; null for `event`, never null for `correlation`. */
  group_key: string | null;
  /** Event time of the earliest event. */
  first_seen: string;
  /** Event time of the latest event. */
  last_seen: string;
  event_count: number;
  /** Evidence: uid of the earliest 50 and the latest 50 events. */
  event_uids: readonly string[];
  reasons: Json;
  /** Controls served, by framework: `{"tsc":["CC6.1"]}`. */
  controls: JsonObject;
  /** When the first of its events was accepted. */
  first_received_at: string;
}

/** What became of a draft. */
export interface UpsertedFinding {
  id: number;
  /** A new row. */
  created: boolean;
  /** A new row, or one that says something else than before. */
  changed: boolean;
  /** Number of times the row was written, 1 when it is new. */
  revision: number;
}
