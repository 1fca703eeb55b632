import { z } from 'zod';

/** A day whose events were removed, or some of them. */
export const RemovedDay = z
  .object({
    day: z.string().meta({ format: 'date' }).describe('Day (UTC) of event time.'),
    events: z.int().nonnegative().describe('Events that were removed.'),
    kept_sources: z
      .array(z.string())
      .nullable()
      .describe('Sources whose events stay; null: all of the day is gone.'),
  })
  .meta({ id: 'RemovedDay', description: 'A day whose events were removed, or some of them.' });
export type RemovedDay = z.infer<typeof RemovedDay>;

/** Kinds of rows that are removed one by one, in the order of their removal. */
export const REMOVED_KINDS = ['findings', 'dead_letters', 'ai_exchanges', 'jobs'] as const;
export type RemovedKind = (typeof REMOVED_KINDS)[number];

/** What a run of the storage maintenance did. */
export const StorageReport = z
  .object({
    retention_time: z
      .string()
      .meta({ format: 'date-time' })
      .describe('The time that ages were measured from.'),
    days: z.array(RemovedDay).describe('Days of events that were removed.'),
    held_days: z.int().nonnegative().describe('Days past their time that legal holds keep.'),
    removed: z
      .object({
        findings: z.int().nonnegative(),
        dead_letters: z.int().nonnegative(),
        ai_exchanges: z.int().nonnegative(),
        jobs: z.int().nonnegative(),
      })
      .describe('Rows of other kinds that were removed.'),
    more: z.boolean().describe('Something is left to the next run.'),
    faults: z.array(z.string()).describe('What could not be removed, and why.'),
  })
  .meta({ id: 'StorageReport', description: 'What a run of the storage maintenance did.' });
export type StorageReport = z.infer<typeof StorageReport>;
