import { z } from 'zod';

/** Every kind of correlation. */
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
export const CorrelationType = z.enum(CORRELATION_TYPES).meta({ id: 'CorrelationType' });
export type CorrelationType = z.infer<typeof CorrelationType>;

/** What a measured value has to meet; all given operators must hold. */
export const Threshold = z
  .object({
    gt: z.number().optional(),
    gte: z.number().optional(),
    lt: z.number().optional(),
    lte: z.number().optional(),
    eq: z.number().optional(),
    neq: z.number().optional(),
  })
  .meta({ id: 'Threshold', description: 'All given operators must hold.' });
export type Threshold = z.infer<typeof Threshold>;

/** A field that a condition looked at. */
export const ItemReason = z
  .object({
    kind: z.literal('item'),
    matched: z.boolean(),
    field: z.string().nullable().describe('As the rule names it; null for keywords.'),
    key: z.string().describe('As written in the rule, e.g. `CommandLine|contains|all`.'),
    patterns: z.array(z.string()).describe('What was looked for; of a long list the entries that matter.'),
    values: z
      .array(z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .describe('The values of the event that were met, or those that were compared.'),
  })
  .meta({ id: 'ItemReason', description: 'A field that a condition looked at, and what was there.' });
export type ItemReason = z.infer<typeof ItemReason>;

/** Why a condition held: the tree of what was looked at, with the verdict of each part. */
export type ConditionReason =
  | { kind: 'all' | 'any'; matched: boolean; reasons: ConditionReason[] }
  | { kind: 'not'; matched: boolean; reason: ConditionReason }
  | { kind: 'selection'; name: string; matched: boolean; reason: ConditionReason }
  | ItemReason;
export const ConditionReason: z.ZodType<ConditionReason> = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.enum(['all', 'any']),
      matched: z.boolean(),
      get reasons() {
        return z.array(ConditionReason);
      },
    }),
    z.object({
      kind: z.literal('not'),
      matched: z.boolean(),
      get reason() {
        return ConditionReason;
      },
    }),
    z.object({
      kind: z.literal('selection'),
      name: z.string(),
      matched: z.boolean(),
      get reason() {
        return ConditionReason;
      },
    }),
    ItemReason,
  ])
  .meta({ id: 'ConditionReason', description: 'A part of a condition, and whether it held.' });

/** Why a rule over single events matched. */
export const EventReason = z
  .object({ kind: z.literal('event'), condition: ConditionReason })
  .meta({ id: 'EventReason', description: 'Why a rule over single events matched.' });
export type EventReason = z.infer<typeof EventReason>;

/** Why a correlation fired. */
export const CorrelationReason = z
  .object({
    kind: z.literal('correlation'),
    type: CorrelationType,
    timespan: z.number().describe('Milliseconds.'),
    threshold: Threshold,
    fields: z.array(z.string()).readonly().describe('Fields whose values were counted or calculated with.'),
    value: z.number().describe('What was measured over the last window that met the threshold.'),
    group: z.record(z.string(), z.string()).readonly().describe('What the events have in common.'),
    rules: z
      .array(
        z.object({
          id: z.string(),
          name: z.string(),
          title: z.string(),
          contentHash: z.string(),
          eventIds: z.array(z.string()).describe('Its events among the evidence.'),
        }),
      )
      .describe('The rules that it is over.'),
  })
  .meta({ id: 'CorrelationReason', description: 'Why a correlation fired.' });
export type CorrelationReason = z.infer<typeof CorrelationReason>;

/** Why a finding was raised. */
export const FindingReason = z
  .discriminatedUnion('kind', [EventReason, CorrelationReason])
  .meta({ id: 'FindingReason', description: 'Why a finding was raised.' });
export type FindingReason = z.infer<typeof FindingReason>;
