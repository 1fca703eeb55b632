import { z } from 'zod';
import type { RemovedKind } from '../storage-report.js';

/** Longest time that can be set, in days: a hundred years. */
const DAYS_MAX = 36_500;
/** Most sources with a time of their own. */
const SOURCES_MAX = 100;
const SOURCE_MAX = 256;

const DAYS = `a whole number of days from 1 to ${DAYS_MAX}, or 0 for ever`;
const days = z.int(DAYS).min(0, DAYS).max(DAYS_MAX, DAYS);

const SOURCES = `an object of at most ${SOURCES_MAX} names of sources, of 1 to ${SOURCE_MAX} characters, with ${DAYS} each`;
const fewSources = (sources: object) => Object.keys(sources).length <= SOURCES_MAX;
const sourceName = z.string(SOURCES).regex(new RegExp(`^[^\\p{Cc}]{1,${SOURCE_MAX}}$`, 'u'), SOURCES);

/**
 * How long each kind of data is kept, in whole days (UTC); 0 keeps it for ever. The audit trail is always kept. The message
 * of each field completes the sentence "<name of the field> must be …".
 */
export const Retention = z
  .strictObject({
    events_days: days.describe('Events, by their event time.'),
    events_days_by_source: z
      .record(sourceName, days, SOURCES)
      .refine(fewSources, SOURCES)
      .describe('Events of some sources that have a time of their own.'),
    findings_days: days.describe('Findings with their enrichments, by the time of their last change.'),
    dead_letters_days: days.describe('Dead letters, by the time at which they failed.'),
    ai_exchanges_days: days.describe('Exchanges with a model, by the time of the question.'),
    jobs_days: days.describe('Bulk enrichments, by the time at which they ended.'),
  })
  .meta({
    id: 'Retention',
    description: 'Days (UTC) for which each kind of data is kept; 0 keeps it for ever.',
  });
export type Retention = z.infer<typeof Retention>;

/** What to change: what is absent stays, null takes back what was set before. */
export const RetentionChange = z
  .strictObject({
    events_days: days.nullable(),
    events_days_by_source: z
      .record(sourceName, days.nullable(), SOURCES)
      .refine(fewSources, SOURCES)
      .nullable()
      .describe('By source; null for a source takes back its own time.'),
    findings_days: days.nullable(),
    dead_letters_days: days.nullable(),
    ai_exchanges_days: days.nullable(),
    jobs_days: days.nullable(),
  })
  .partial()
  .meta({
    id: 'RetentionChange',
    description:
      'Times to change, in days; 0 keeps for ever. What is absent stays, null restores the default.',
  });
export type RetentionChange = z.infer<typeof RetentionChange>;

/** Without a row in the database nothing is removed. */
export const KEEP_ALL: Retention = {
  events_days: 0,
  events_days_by_source: {},
  findings_days: 0,
  dead_letters_days: 0,
  ai_exchanges_days: 0,
  jobs_days: 0,
};

/** The longer of two times in days, where 0 is for ever. */
export function longerDays(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : Math.max(a, b);
}

/** For how many days each kind of data is kept, events without a time of their own among them; 0 for ever. */
export const KEPT_DAYS: Readonly<Record<RemovedKind | 'events', (retention: Retention) => number>> = {
  events: ({ events_days }) => events_days,
  findings: ({ findings_days }) => findings_days,
  dead_letters: ({ dead_letters_days }) => dead_letters_days,
  ai_exchanges: ({ ai_exchanges_days }) => ai_exchanges_days,
  jobs: ({ jobs_days }) => jobs_days,
};

/** For how many days events of a source are kept; 0 for ever. */
export function eventDaysOf({ events_days, events_days_by_source }: Retention, source: string): number {
  return Object.hasOwn(events_days_by_source, source) ? events_days_by_source[source]! : events_days;
}

/** The retention that keeps whatever one of the two keeps. */
export function longerRetention(before: Retention, wanted: Retention): Retention {
  const events_days = longerDays(before.events_days, wanted.events_days);
  const sources = new Set([
    ...Object.keys(before.events_days_by_source),
    ...Object.keys(wanted.events_days_by_source),
  ]);
  const bySource = [...sources]
    .map((source) => [source, longerDays(eventDaysOf(before, source), eventDaysOf(wanted, source))] as const)
    .filter(([source, kept]) => kept !== events_days || wanted.events_days_by_source[source] === kept);
  return {
    events_days,
    events_days_by_source: Object.fromEntries(bySource),
    findings_days: longerDays(before.findings_days, wanted.findings_days),
    dead_letters_days: longerDays(before.dead_letters_days, wanted.dead_letters_days),
    ai_exchanges_days: longerDays(before.ai_exchanges_days, wanted.ai_exchanges_days),
    jobs_days: longerDays(before.jobs_days, wanted.jobs_days),
  };
}
