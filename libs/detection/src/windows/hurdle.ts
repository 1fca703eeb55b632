import type { CorrelationRule, Threshold } from '../document/rule-document.js';
import type { EntryColumns } from './entry-columns.js';
import { lowerBound } from './threshold.js';

/**
 * What the entries of a group must add up to at least before a correlation can fire in any of its windows. Most groups
 * never get there, and need not be judged.
 */
export type Hurdle =
  | { readonly kind: 'none' }
  /** So many entries, values, or different referred rules. */
  | { readonly kind: 'entries' | 'values' | 'rules'; readonly least: number }
  /** A sum of values, or a single value, at least as great. */
  | { readonly kind: 'sum' | 'greatest'; readonly least: number };

/** Sums are rounded at every step, so a little less may be enough. */
const SLACK = 1e-9;

/** Derives the hurdle of a correlation. */
export function hurdleOf(rule: CorrelationRule): Hurdle {
  const bound = greatestLowerBound(rule.threshold);
  switch (rule.type) {
    case 'event_count':
      return { kind: 'entries', least: lowerBound(rule.threshold) };
    case 'value_count':
      return bound === undefined ? { kind: 'none' } : { kind: 'values', least: lowerBound(rule.threshold) };
    case 'temporal':
      return bound === undefined ? { kind: 'none' } : { kind: 'rules', least: lowerBound(rule.threshold) };
    case 'temporal_ordered':
      return { kind: 'rules', least: rule.references.length };
    case 'value_sum':
      return bound === undefined ? { kind: 'none' } : { kind: 'sum', least: bound };
    case 'value_avg':
    case 'value_percentile':
    case 'value_median':
      return bound === undefined ? { kind: 'none' } : { kind: 'greatest', least: bound };
    case 'absence':
      return { kind: 'none' };
  }
}

/** A hurdle of correlations with windows up to this long. */
export interface ReachedHurdle {
  readonly hurdle: Hurdle;
  /** Milliseconds. */
  readonly timespan: number;
}

/** What must be met before any of some correlations can fire: one hurdle of each kind, the lowest. */
export function lowestHurdles(plans: readonly ReachedHurdle[]): ReachedHurdle[] {
  const lowest = new Map<Hurdle['kind'], ReachedHurdle>();
  for (const { hurdle, timespan } of plans) {
    const known = lowest.get(hurdle.kind);
    if (known === undefined) {
      lowest.set(hurdle.kind, { hurdle, timespan });
      continue;
    }
    const lower = hurdle.kind === 'none' || known.hurdle.kind === 'none' || hurdle.least < known.hurdle.least;
    lowest.set(hurdle.kind, {
      hurdle: lower ? hurdle : known.hurdle,
      timespan: Math.max(timespan, known.timespan),
    });
  }
  return [...lowest.values()];
}

/** Whether a correlation with this hurdle can fire in a window that begins at `from` or later. */
export function mayFire(hurdle: Hurdle, entries: EntryColumns, from: number): boolean {
  if (hurdle.kind === 'none') return true;
  if (hurdle.kind === 'entries') return holdsEntries(entries, hurdle.least, from);
  const { totals } = entries;
  // One referred rule and no values: nothing was added up.
  if (totals === undefined) return true;
  switch (hurdle.kind) {
    case 'values':
      if (totals.values < hurdle.least) return false;
      return totals.values > totals.entries || holdsEntries(entries, hurdle.least, from);
    case 'rules': {
      let rules = 0;
      for (const time of totals.latest) if (time >= from) rules += 1;
      return rules >= hurdle.least;
    }
    case 'sum':
      return totals.positive * (1 + SLACK) >= hurdle.least;
    case 'greatest':
      return totals.greatest + Math.abs(totals.greatest) * SLACK >= hurdle.least;
  }
}

/** Whether at least so many entries happened at a time or later. */
function holdsEntries(entries: EntryColumns, least: number, from: number): boolean {
  if (!(least > 0)) return true;
  const first = entries.back(entries.end, Math.ceil(least));
  return first !== undefined && entries.time(first) >= from;
}

function greatestLowerBound({ gt, gte, eq }: Threshold): number | undefined {
  const bounds = [gt, gte, eq].filter((bound) => bound !== undefined);
  return bounds.length === 0 ? undefined : Math.max(...bounds);
}
