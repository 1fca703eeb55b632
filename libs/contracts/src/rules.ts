import { z } from 'zod';
import { flag, rowId, text, time } from './jobs/payload-fields.js';
import type { FindingReason } from './reasons.js';

/** The levels that a rule can have (Sigma), mildest first; `informational` becomes the severity `low`. */
export const RULE_LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type RuleLevel = (typeof RULE_LEVELS)[number];

export const RULE_KINDS = ['event', 'correlation', 'filter'] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

/** Something wrong with a rule file. `line` and `column` count from 1. */
export interface RuleProblem {
  path: string;
  line: number;
  column: number;
  /** An `error` keeps its document out of force, a `warning` does not. */
  severity: 'error' | 'warning';
  /** Stable, `AREA.REASON`. */
  code: string;
  message: string;
}

/** What a correlation counts, and how much of it it takes. */
export interface RuleCorrelation {
  type: string;
  /** E.g. `{gte: 5}`; all operators must hold. */
  threshold: Record<string, number>;
  group_by: string[];
  timespan_seconds: number;
  /** The fields whose values are counted or calculated with. */
  fields: string[];
}

/** `rules.changed` v1: another set of rules, or another state of the overrides, is to be found in the database. */
export const RulesChanged = z
  .object({
    what: z.enum(['rules', 'overrides']),
    revision: z.int().nonnegative().describe('Of the rules or of the overrides; grows with each change.'),
  })
  .meta({ id: 'RulesChanged', description: 'The rules in force or their overrides have changed.' });
export type RulesChanged = z.infer<typeof RulesChanged>;

export const ReloadRulesPayload = z.object({
  /** Who asked for it and why, as they say. */
  requested_by: text.optional(),
  reason: text.optional(),
  /** Takes what works into force although some documents have errors. */
  skip_faulty: flag.optional(),
});
export type ReloadRulesPayload = z.infer<typeof ReloadRulesPayload>;

export interface ReloadRulesResult {
  /** `refused`: the rules on disk have errors, and those in force stay. */
  outcome: 'replaced' | 'unchanged' | 'refused';
  /** Of the set that is in force now. */
  revision: number;
  /** Rules in that set. */
  rules: number;
  /** Ids. */
  added: string[];
  changed: string[];
  removed: string[];
  /** Of the files that were read. */
  problems: RuleProblem[];
}

/** Which rule to try: a document in YAML, or one that is in force, with something changed. */
export const PreviewedRule = z.union(
  [
    z.object({ yaml: z.string() }),
    z.object({
      rule_id: z.string(),
      level: z.enum(RULE_LEVELS).optional(),
      /** Takes the place of the whole condition of a correlation. */
      threshold: z.record(z.string(), z.number()).optional(),
      timespan_seconds: z.number().optional(),
    }),
  ],
  'an object with yaml, or with rule_id and what to change',
);
export type PreviewedRule = z.infer<typeof PreviewedRule>;

export const PreviewRulePayload = z.object({
  rule: PreviewedRule,
  /** Event time bounds. */
  from: time,
  to: time,
  /** Most events to look at; the rules service has a limit of its own. */
  max_events: rowId.optional(),
});
export type PreviewRulePayload = z.infer<typeof PreviewRulePayload>;

/** What one version of a rule finds in the events that were looked at. */
export interface PreviewCount {
  findings: number;
  /** UTC days of the findings' first events, oldest first; days without findings are left out. */
  days: { date: string; count: number }[];
}
export interface PreviewSample {
  severity: string;
  description: string;
  user: string;
  group: Record<string, string>;
  first_seen: string;
  last_seen: string;
  event_count: number;
  event_uids: string[];
  reasons: FindingReason;
}
export interface PreviewReport extends PreviewCount {
  rules: { id: string; name: string; title: string; kind: RuleKind; level: RuleLevel; silent: boolean }[];
  /** The document that was tried: what to put into the file when it is right. */
  yaml: string;
  by_severity: Record<string, number>;
  /** The groups of a correlation, or the users of events, with the most findings. */
  top: { name: string; count: number }[];
  /** The latest findings, newest first, at most 10. */
  samples: PreviewSample[];
  /** What the rules with these ids find as they are in force now; null when there is none of them. */
  present: PreviewCount | null;
  /** Warnings about the document. */
  problems: RuleProblem[];
  /** What may make the counts wrong, in sentences: windows that had to forget something. */
  warnings: string[];
  events: number;
  elapsed_ms: number;
  from: string;
  to: string;
  /** Null when every event of the range was looked at, else why not, and the time of the last one that was. */
  cut: { reason: 'events' | 'time'; at: string } | null;
}
export type PreviewRuleResult =
  | { outcome: 'done'; report: PreviewReport }
  /** The document cannot be tried. */
  | { outcome: 'refused'; problems: RuleProblem[] }
  /** There is no rule with this id, or it has no threshold or timespan to change. */
  | { outcome: 'impossible'; code: string; message: string };

export interface AdvanceRulesResult {
  /** Findings about what did not happen in time. */
  findings: number;
}

/** What the rule that raised a finding says about the finding's events now. */
export interface FindingExplanation {
  /** `same`: evaluation gives the finding again. `different`: it does not. `unknown`: it could not be evaluated. */
  outcome: 'same' | 'different' | 'unknown';
  /** What differs, or why it could not be evaluated; in sentences. */
  remarks: string[];
  /** The text of the rule that was evaluated: the one that raised the finding. */
  rule: {
    id: string;
    name: string;
    version: number;
    content_hash: string;
    source: string;
    in_force: boolean;
  } | null;
  /** Events that were evaluated. */
  events: number;
  /** What came of it; null when the rule does not fit the events. */
  finding: {
    severity: string;
    description: string;
    first_seen: string;
    last_seen: string;
    event_count: number;
    event_uids: string[];
    reasons: FindingReason;
  } | null;
}
export type ExplainFindingResult =
  { outcome: 'done'; explanation: FindingExplanation } | { outcome: 'missing' };
