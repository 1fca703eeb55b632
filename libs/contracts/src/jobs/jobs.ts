import type { z } from 'zod';
import type { EnrichmentEstimate, EnrichmentItemState, EnrichmentRunState } from '../enrichments.js';
import type {
  AdvanceRulesResult,
  ExplainFindingResult,
  PreviewRuleResult,
  ReloadRulesResult,
} from '../rules.js';
import type { StorageReport } from '../storage-report.js';
import type { JOB_PAYLOADS } from './job-payloads.js';

/** What a kind of job takes. */
type Payload<Name extends keyof typeof JOB_PAYLOADS> = z.infer<(typeof JOB_PAYLOADS)[Name]>;

/** Every job: what it takes, what it returns, how it reports progress. Names are imperative, without colons. */
export interface Jobs {
  /** Score and explain one finding while a person waits. Id: `finding-<id>`: one job per finding while it is pending. */
  'enrich-finding': { payload: Payload<'enrich-finding'>; result: EnrichFindingResult };
  /** The same for a bulk enrichment or a policy, which may take its time. Id: `finding-<id>`, by policy with `-<severity>`. */
  'enrich-finding-later': { payload: Payload<'enrich-finding-later'>; result: EnrichFindingResult };
  /** Enrich many findings until all are done, or it is paused or cancelled. Its id is that of the run, which has it all. */
  'enrich-findings': { payload: Payload<'enrich-findings'>; result: EnrichFindingsResult };
  /** Change the course of a bulk enrichment. */
  'control-enrichment': { payload: Payload<'control-enrichment'>; result: ControlEnrichmentResult };
  /** Say what a bulk enrichment would do and cost. */
  'estimate-enrichment': { payload: Payload<'estimate-enrichment'>; result: EnrichmentEstimate };
  /** Make an evaluation set of what people rated. */
  'export-evaluation-set': { payload: Payload<'export-evaluation-set'>; result: ExportEvaluationSetResult };
  /** Evaluate stored events again in event time. Id: `replay`, one at a time. */
  'replay-rules': { payload: Payload<'replay-rules'>; result: ReplayRulesResult };
  /** Read the rules from disk and put them into force. */
  'reload-rules': { payload: Payload<'reload-rules'>; result: ReloadRulesResult };
  /** Try a rule over stored events; writes nothing. */
  'preview-rule': { payload: Payload<'preview-rule'>; result: PreviewRuleResult };
  /** Let time pass for rules about what does not happen. Id: `advance`, so that one process does it. */
  'advance-rules': { payload: Payload<'advance-rules'>; result: AdvanceRulesResult };
  /** Make and close the partitions of days of events. Id: `maintain`, so that one process does it. */
  'maintain-event-days': { payload: Payload<'maintain-event-days'>; result: MaintainEventDaysResult };
  /** Archive days of events that are old enough. Id: `archive`, so that one process does it. */
  'archive-days': { payload: Payload<'archive-days'>; result: ArchiveDaysResult };
  /** Remove what has been kept for long enough. Id: `maintain`, so that one process does it. */
  'maintain-storage': { payload: Payload<'maintain-storage'>; result: StorageReport };
  /** Remove dead letters that failed before a moment. Id of this and the next three: `remove`. */
  'remove-dead-letters': { payload: Payload<'remove-dead-letters'>; result: RemovalResult };
  /** Remove findings that were changed last before a moment, but for those about certain days. */
  'remove-findings': { payload: Payload<'remove-findings'>; result: RemovalResult };
  /** Remove exchanges with a model from before a moment. */
  'remove-exchanges': { payload: Payload<'remove-exchanges'>; result: RemovalResult };
  /** Remove bulk enrichments that ended before a moment. */
  'remove-enrichment-runs': { payload: Payload<'remove-enrichment-runs'>; result: RemovalResult };
  /** Put an archived day of events back. Id: `restore-<day>`. */
  'restore-day': { payload: Payload<'restore-day'>; result: RestoreDayResult };
  /** Evaluate the rule behind a finding again. Id: `finding-<id>`. */
  'explain-finding': { payload: Payload<'explain-finding'>; result: ExplainFindingResult };
}
export type JobName = keyof Jobs;

export interface EnrichFindingResult {
  finding_id: number;
  /** `missing` when the finding was deleted meanwhile, `skipped` when it is no longer wanted. */
  outcome: 'enriched' | 'missing' | 'skipped';
  /** Where score and explanation come from. */
  source?: Extract<EnrichmentItemState, 'model' | 'cache' | 'heuristic'>;
}
export interface EnrichFindingsResult {
  /** How the run was left; it is over unless it is paused. */
  state?: EnrichmentRunState;
  /** Findings that were enriched, the newest 500: enough for the waiting caller. */
  finding_ids: readonly number[];
  /** The first 100 that were not. */
  failed: readonly { finding_id: number; reason: string }[];
}
export interface ControlEnrichmentResult {
  /** False when the run was in no state for the action. */
  moved: boolean;
  state: EnrichmentRunState | 'unknown';
}
export interface ExportEvaluationSetResult {
  /** One case each, as JSON text, in the order of the ratings; without anything that is never sent to a model. */
  lines: readonly string[];
  /** Ratings whose finding is gone. */
  gone: number;
  /** Where to go on; null when there are no more. */
  next: number | null;
}
export interface ReplayRulesResult {
  events: number;
  findings: number;
  new_findings: number;
}

export interface RemovalResult {
  /** Rows that were removed. */
  removed: number;
  /** True when the time of one run was not enough. */
  more: boolean;
}

export interface MaintainEventDaysResult {
  /** Days that got a partition. */
  made: number;
  /** Days that got the indexes for searching. */
  closed: number;
}

export interface ArchiveDaysResult {
  /** Days that were archived. */
  archived: number;
}

export interface RestoreDayResult {
  /** Events of the day in the archive. */
  archived: number;
  /** Those of them that were missing in the database. */
  restored: number;
}

/** Progress of a job: `done` of `total` items. */
export interface JobProgress {
  done: number;
  total: number;
}

/** Retry and lifetime of a kind of job. */
export interface JobDeclaration {
  maxTries: number;
  /** Delay before the second try in milliseconds; doubles with each further one, up to a minute. */
  retryDelayMs: number;
  /** Jobs of this kind worked on at the same time by one process. */
  concurrency: number;
  /** Seconds for which the outcome can be asked for after the end; of many that end, the last ones only. */
  keepSeconds: number;
  /**
   * Whether a job is removed when it has completed, because what it did is written elsewhere. For kinds of which there are
   * so many that their outcomes would fill the store; those that failed are kept.
   */
  removeCompleted?: boolean;
  /**
   * Times that a job may lose the process that works on it and be begun again; one more fails it. Absent:
   * {@link DEFAULT_MAX_DEATHS}. 0: it is never resumed, not even after an orderly restart.
   */
  maxDeaths?: number;
}

/** A job that was running when its process died three times fails: it is the likely cause. */
export const DEFAULT_MAX_DEATHS = 2;

export const JOBS: Readonly<Record<JobName, JobDeclaration>> = {
  'enrich-finding': { maxTries: 3, retryDelayMs: 500, concurrency: 4, keepSeconds: 3600 },
  // Patient: together the tries wait for half a minute, which is how long a model may be away.
  'enrich-finding-later': {
    maxTries: 6,
    retryDelayMs: 1000,
    concurrency: 4,
    keepSeconds: 600,
    removeCompleted: true,
  },
  // A run is picked up where it was; it may outlive many orderly restarts, and failures of the database.
  'enrich-findings': { maxTries: 20, retryDelayMs: 500, concurrency: 4, keepSeconds: 24 * 3600 },
  'control-enrichment': { maxTries: 3, retryDelayMs: 200, concurrency: 4, keepSeconds: 600 },
  'estimate-enrichment': { maxTries: 1, retryDelayMs: 500, concurrency: 2, keepSeconds: 600 },
  'export-evaluation-set': { maxTries: 2, retryDelayMs: 500, concurrency: 1, keepSeconds: 600 },
  'replay-rules': { maxTries: 2, retryDelayMs: 1000, concurrency: 1, keepSeconds: 24 * 3600 },
  'reload-rules': { maxTries: 3, retryDelayMs: 500, concurrency: 1, keepSeconds: 3600 },
  // What they evaluate comes from outside, and who asked for it asks again.
  'preview-rule': { maxTries: 2, retryDelayMs: 500, concurrency: 1, keepSeconds: 3600, maxDeaths: 0 },
  'explain-finding': { maxTries: 2, retryDelayMs: 500, concurrency: 1, keepSeconds: 60, maxDeaths: 0 },
  'advance-rules': { maxTries: 1, retryDelayMs: 500, concurrency: 1, keepSeconds: 60 },
  'archive-days': { maxTries: 1, retryDelayMs: 5000, concurrency: 1, keepSeconds: 3600 },
  'restore-day': { maxTries: 2, retryDelayMs: 5000, concurrency: 1, keepSeconds: 24 * 3600 },
  // It is queued again every minute.
  'maintain-event-days': { maxTries: 1, retryDelayMs: 5000, concurrency: 1, keepSeconds: 600 },
  // Each is queued again every hour.
  'maintain-storage': { maxTries: 2, retryDelayMs: 5000, concurrency: 1, keepSeconds: 24 * 3600 },
  'remove-dead-letters': { maxTries: 2, retryDelayMs: 5000, concurrency: 1, keepSeconds: 600 },
  'remove-findings': { maxTries: 2, retryDelayMs: 5000, concurrency: 1, keepSeconds: 600 },
  'remove-exchanges': { maxTries: 2, retryDelayMs: 5000, concurrency: 1, keepSeconds: 600 },
  'remove-enrichment-runs': { maxTries: 2, retryDelayMs: 5000, concurrency: 1, keepSeconds: 600 },
};
