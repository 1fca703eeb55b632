import type {
  AdvanceRulesResult,
  ExplainFindingResult,
  PreviewRulePayload,
  PreviewRuleResult,
  ReloadRulesPayload,
  ReloadRulesResult,
} from '../rules.js';

/** Every job: what it takes, what it returns, how it reports progress. Names are imperative, without colons. */
export interface Jobs {
  /** Score and explain one finding. Id: `finding-<id>`, so that a finding is enriched once at a time. */
  'enrich-finding': { payload: { finding_id: number }; result: EnrichFindingResult };
  /** Enrich many findings; progress says how far. */
  'enrich-findings': { payload: EnrichFindingsPayload; result: EnrichFindingsResult };
  /** Evaluate stored events again in event time. Id: `replay`, one at a time. */
  'replay-rules': { payload: ReplayRulesPayload; result: ReplayRulesResult };
  /** Read the rules from disk and put them into force. */
  'reload-rules': { payload: ReloadRulesPayload; result: ReloadRulesResult };
  /** Try a rule over stored events; writes nothing. */
  'preview-rule': { payload: PreviewRulePayload; result: PreviewRuleResult };
  /** Let time pass for rules about what does not happen. Id: `advance`, so that one process does it. */
  'advance-rules': { payload: Record<string, never>; result: AdvanceRulesResult };
  /** Evaluate the rule behind a finding again. Id: `finding-<id>`. */
  'explain-finding': { payload: { finding_id: number }; result: ExplainFindingResult };
}
export type JobName = keyof Jobs;

export interface EnrichFindingResult {
  finding_id: number;
  /** `missing` when the finding was deleted meanwhile. */
  outcome: 'enriched' | 'missing';
}
export interface EnrichFindingsPayload {
  /** These findings, or all that have no enrichment when absent. */
  finding_ids?: readonly number[];
  /** At most this many. */
  limit?: number;
}
export interface EnrichFindingsResult {
  finding_ids: readonly number[];
  failed: readonly { finding_id: number; reason: string }[];
}
export interface ReplayRulesPayload {
  /** Event time bounds, ISO 8601; absent means unbounded. */
  from?: string;
  to?: string;
}
export interface ReplayRulesResult {
  events: number;
  findings: number;
  new_findings: number;
}

/** Progress of a job: `done` of `total` items. */
export interface JobProgress {
  done: number;
  total: number;
}

/** Retry and lifetime of a kind of job. */
export interface JobDeclaration {
  maxTries: number;
  /** Delay before the second try in milliseconds; doubles with each further one. */
  retryDelayMs: number;
  /** Jobs of this kind worked on at the same time by one process. */
  concurrency: number;
  /** Seconds for which the outcome can be asked for after the end. */
  keepSeconds: number;
}
export const JOBS: Readonly<Record<JobName, JobDeclaration>> = {
  'enrich-finding': { maxTries: 3, retryDelayMs: 500, concurrency: 4, keepSeconds: 3600 },
  'enrich-findings': { maxTries: 3, retryDelayMs: 500, concurrency: 1, keepSeconds: 24 * 3600 },
  'replay-rules': { maxTries: 2, retryDelayMs: 1000, concurrency: 1, keepSeconds: 24 * 3600 },
  'reload-rules': { maxTries: 3, retryDelayMs: 500, concurrency: 1, keepSeconds: 3600 },
  'preview-rule': { maxTries: 2, retryDelayMs: 500, concurrency: 1, keepSeconds: 3600 },
  'advance-rules': { maxTries: 1, retryDelayMs: 500, concurrency: 1, keepSeconds: 60 },
  'explain-finding': { maxTries: 2, retryDelayMs: 500, concurrency: 1, keepSeconds: 60 },
};
