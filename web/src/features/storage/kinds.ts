import type { Schema } from '@/lib/api/client';

type Kind = Schema<'StoredKind'>['kind'];

/** The names of what is stored. */
export const KIND_NAMES: Record<Kind, string> = {
  events: 'Events',
  findings: 'Findings',
  dead_letters: 'Dead letters',
  ai_exchanges: 'Model exchanges',
  jobs: 'Jobs',
  audit: 'Audit trail',
  other: 'Everything else',
};

/** The fields of the retention that are a number of days, and what they are about. */
export const RETENTION_FIELDS = [
  ['events_days', 'Events', 'Since their day ended.'],
  ['findings_days', 'Findings', 'Since their last change, with their enrichments.'],
  ['dead_letters_days', 'Dead letters', 'Since they failed.'],
  ['ai_exchanges_days', 'Model exchanges', 'Since the question.'],
  ['jobs_days', 'Bulk enrichments', 'Since they ended.'],
] as const;

/** `400` → `400 days`; 0 is for ever. */
export function keptFor(days: number | null): string {
  if (days === null || days === 0) return 'for ever';
  return days === 1 ? '1 day' : `${days} days`;
}
