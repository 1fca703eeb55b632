import { z } from 'zod';
import { EnrichmentScope } from '../enrichments.js';
import { PreviewRulePayload, ReloadRulesPayload } from '../rules.js';
import type { JobName } from './jobs.js';
import { day, days, flag, rowId, text, time, word } from './payload-fields.js';

export const EnrichFindingPayload = z.object({
  finding_id: rowId,
  /** Ask the model again, even if the answer to the same question is stored. */
  refresh: flag.optional(),
});
export type EnrichFindingPayload = z.infer<typeof EnrichFindingPayload>;

export const EnrichFindingLaterPayload = z.object({
  finding_id: rowId,
  /** `run`: only while a bulk enrichment waits for it. `policy`: unless it has an enrichment already. */
  cause: word(['run', 'policy']),
});
export type EnrichFindingLaterPayload = z.infer<typeof EnrichFindingLaterPayload>;

export const EnrichFindingsPayload = EnrichmentScope.extend({
  /** The run to go on with; absent: a new one with the id of the job. */
  run_id: text.optional(),
});
export type EnrichFindingsPayload = z.infer<typeof EnrichFindingsPayload>;

export const ControlEnrichmentPayload = z.object({
  id: text,
  action: word(['pause', 'resume', 'cancel', 'retry']),
  /** With `retry`: also findings that the heuristic had to answer for the model. */
  fallbacks: flag.optional(),
});
export type ControlEnrichmentPayload = z.infer<typeof ControlEnrichmentPayload>;

export const ExportEvaluationSetPayload = z.object({
  /** Ratings after this id. */
  after: z.int('0 or a whole number above 0').nonnegative('0 or a whole number above 0'),
  /** At most so many. */
  limit: rowId,
});
export type ExportEvaluationSetPayload = z.infer<typeof ExportEvaluationSetPayload>;

export const ReplayRulesPayload = z.object({
  /** Event time bounds; absent means unbounded. */
  from: time.optional(),
  to: time.optional(),
});
export type ReplayRulesPayload = z.infer<typeof ReplayRulesPayload>;

export const ExplainFindingPayload = z.object({ finding_id: rowId });
export type ExplainFindingPayload = z.infer<typeof ExplainFindingPayload>;

/** What is older than a moment is to go. */
export const RemovalPayload = z.object({ before: time });

export const RemoveFindingsPayload = RemovalPayload.extend({
  /** Findings about these days (UTC, both included) stay. */
  held: days,
});
export type RemoveFindingsPayload = z.infer<typeof RemoveFindingsPayload>;

export const RestoreDayPayload = z.object({ day });

const NothingToSay = z.object({});

/** What the payload of each kind of job must be like. Other programs queue jobs too, so a worker checks before it begins. */
export const JOB_PAYLOADS = {
  'enrich-finding': EnrichFindingPayload,
  'enrich-finding-later': EnrichFindingLaterPayload,
  'enrich-findings': EnrichFindingsPayload,
  'control-enrichment': ControlEnrichmentPayload,
  'estimate-enrichment': EnrichmentScope,
  'export-evaluation-set': ExportEvaluationSetPayload,
  'replay-rules': ReplayRulesPayload,
  'reload-rules': ReloadRulesPayload,
  'preview-rule': PreviewRulePayload,
  'advance-rules': NothingToSay,
  'maintain-event-days': NothingToSay,
  'archive-days': NothingToSay,
  'maintain-storage': NothingToSay,
  'remove-dead-letters': RemovalPayload,
  'remove-findings': RemoveFindingsPayload,
  'remove-exchanges': RemovalPayload,
  'remove-enrichment-runs': RemovalPayload,
  'restore-day': RestoreDayPayload,
  'explain-finding': ExplainFindingPayload,
} satisfies Record<JobName, z.ZodObject>;

/** Says what is wrong with the payload of a job; undefined when a worker can begin. */
export function payloadFault(name: JobName, payload: unknown): string | undefined {
  const { error } = JOB_PAYLOADS[name].safeParse(payload);
  const fault = error?.issues[0];
  if (fault === undefined) return undefined;
  const [field] = fault.path;
  return field === undefined ? 'The payload must be an object' : `${String(field)} must be ${fault.message}`;
}
