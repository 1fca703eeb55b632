import { z } from 'zod';
import { flag, rowId, rowIds, severities, word } from './jobs/payload-fields.js';

/** Where a score and an explanation come from. */
export const ENRICHMENT_SOURCES = ['heuristic', 'model'] as const;
export type EnrichmentSource = (typeof ENRICHMENT_SOURCES)[number];

/** How sure a model says it is. */
export const CONFIDENCES = ['low', 'medium', 'high'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** What a statement rests on: a field of events, or of the rule. */
export interface ClaimEvidence {
  /** Events of the finding's evidence that all have this value; empty when it is the rule that says so. */
  event_uids: readonly string[];
  /** `event_type`, `user`, a path in `raw_data` such as `userIdentity.type`; for the rule `title`, `severity` and so on. */
  field: string;
}

/** One statement of an explanation. */
export interface EnrichmentClaim {
  text: string;
  evidence: readonly ClaimEvidence[];
}

/** An explanation in its parts; every statement about what happened has evidence. */
export interface EnrichmentDetails {
  /** One sentence. */
  summary: string;
  what_happened: readonly EnrichmentClaim[];
  why_it_matters: readonly EnrichmentClaim[];
  /** What to look at next, in this order. */
  check_next: readonly EnrichmentClaim[];
  /** What would have to be true for the finding to be harmless. */
  harmless_if: readonly EnrichmentClaim[];
  /** Controls concerned, by framework: some of those of the rule. */
  controls: Readonly<Record<string, readonly string[]>>;
}

/** A field of an event whose text tries to tell a model what to do. */
export interface InjectionSign {
  event_uid: string;
  field: string;
}

/** How far a model's score must be from the rule's to be called a disagreement. */
export const DISAGREEMENT_POINTS = 15;
export type Disagreement = 'model_higher' | 'model_lower';

/** Whether model and rule see the finding differently; null when there is no model's score or it is near the rule's. */
export function disagreementOf(ruleScore: number | null, modelScore: number | null): Disagreement | null {
  if (ruleScore === null || modelScore === null) return null;
  if (modelScore - ruleScore >= DISAGREEMENT_POINTS) return 'model_higher';
  return ruleScore - modelScore >= DISAGREEMENT_POINTS ? 'model_lower' : null;
}

/** Which findings a bulk enrichment is about: `missing` have no enrichment, `not_by_model` none by a model. */
export const ENRICHMENT_SELECTIONS = ['missing', 'not_by_model'] as const;

/** What to enrich in bulk. */
export const EnrichmentScope = z.object({
  /** These findings, whatever else is said; absent means those of `which`. */
  finding_ids: rowIds.optional(),
  /** Default `missing`. */
  which: word(ENRICHMENT_SELECTIONS).optional(),
  /** Only these severities. */
  severity: severities.optional(),
  /** At most this many, the newest. */
  limit: rowId.optional(),
  /** The oldest of them instead. */
  oldest_first: flag.optional(),
});
export type EnrichmentScope = z.infer<typeof EnrichmentScope>;

/** States of a bulk enrichment. `waiting`: no worker has begun; `failed`: the run itself, not some of its findings. */
export const ENRICHMENT_RUN_STATES = [
  'waiting',
  'active',
  'paused',
  'cancelled',
  'completed',
  'failed',
] as const;
export const EnrichmentRunState = z.enum(ENRICHMENT_RUN_STATES).meta({
  id: 'EnrichmentRunState',
  description:
    '`waiting`: no worker has begun. `failed`: the run itself failed; failed findings are in the tally.',
});
export type EnrichmentRunState = z.infer<typeof EnrichmentRunState>;

/** The state of a finding in a bulk enrichment; the first two are not final. `missing` was deleted meanwhile. */
export const ENRICHMENT_ITEM_STATES = [
  'pending',
  'queued',
  'model',
  'cache',
  'heuristic',
  'missing',
  'failed',
  'cancelled',
] as const;
export type EnrichmentItemState = (typeof ENRICHMENT_ITEM_STATES)[number];

const count = z.int().nonnegative();
/** How many findings of a bulk enrichment are in each state. */
export const EnrichmentTally = z
  .object({
    pending: count.describe('Not begun.'),
    queued: count.describe('Handed to the workers.'),
    model: count.describe('Answered by the model.'),
    cache: count.describe("Answered from the cache of the model's answers."),
    heuristic: count.describe('Answered by the heuristic.'),
    missing: count.describe('Deleted in the meantime.'),
    failed: count,
    cancelled: count,
  } satisfies Record<EnrichmentItemState, z.ZodType>)
  .readonly()
  .meta({ id: 'EnrichmentTally', description: 'How many findings are in each state.' });
export type EnrichmentTally = z.infer<typeof EnrichmentTally>;

/** Counts by state with a number for every state. */
export function tallyOf(rows: readonly { state: keyof EnrichmentTally; count: number }[]): EnrichmentTally {
  const tally = Object.fromEntries(ENRICHMENT_ITEM_STATES.map((state) => [state, 0])) as Record<
    keyof EnrichmentTally,
    number
  >;
  for (const { state, count } of rows) tally[state] = count;
  return tally;
}

/** What a bulk enrichment would do and cost. */
export interface EnrichmentEstimate {
  findings: number;
  /** Answered by the heuristic because no model is configured, its budget is spent, or it cannot be used. */
  heuristic: number;
  /** Answered from the cache, or by the answer for another finding of the same run. */
  cached: number;
  /** Questions to the model. */
  requests: number;
  input_tokens: number;
  output_tokens: number;
  /** In US dollars; null when no price is configured. */
  cost_usd: number | null;
  /** How many findings were looked at; the rest was extrapolated. Equal to `findings` when all were. */
  sampled: number;
  /** Null when no model is configured. */
  model: string | null;
  /** Tokens that are left of today's budget; null without a budget. */
  budget_left_tokens: number | null;
}

/** `enrichments.progressed` v1: how far a bulk enrichment is. */
export const EnrichmentProgressed = z
  .object({
    id: z.string(),
    state: EnrichmentRunState,
    total: z.int().nonnegative().nullable().describe('Null until all of its findings are listed.'),
    tally: EnrichmentTally,
  })
  .meta({ id: 'EnrichmentProgressed', description: 'How far a bulk enrichment is.' });
export type EnrichmentProgressed = z.infer<typeof EnrichmentProgressed>;

/** A person's verdict on an enrichment. */
export const RATING_VERDICTS = ['useful', 'wrong'] as const;
export type RatingVerdict = (typeof RATING_VERDICTS)[number];
