import type { CorrelationRule, Threshold } from '../document/rule-document.js';
import { FEW_ENTRIES, type EntryColumns } from './entry-columns.js';
import { lowerBound } from './threshold.js';

/**
 * What the entries of a group must add up to at least before a correlation can fire in any of its windows. Most groups
 * never get there, and need not be judged.
 */
export type Hurdle =
  | { readonly kind: 'none' }
  /** So many entries. */
  | { readonly kind: 'entries'; readonly least: number }
  | AddedHurdle;

interface AddedHurdle {
  /** So many values, or different referred rules; a sum of values, or a single value, at least as great. */
  readonly kind: 'values' | 'rules' | 'sum' | 'greatest';
  readonly least: number;
}

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
  if (totals === undefined) {
    // Many entries of one referred rule and without values: nothing was added up.
    return entries.size > FEW_ENTRIES || fewMayFire(hurdle, entries, from);
  }
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
      return reaches(totals.positive, hurdle.least);
    case 'greatest':
      return reaches(totals.greatest, hurdle.least);
  }
}

/** The same for few entries, which are gone through. */
function fewMayFire({ kind, least }: AddedHurdle, entries: EntryColumns, from: number): boolean {
  let rules = 0;
  let values = 0;
  let positive = 0;
  let greatest = -Infinity;
  const { begin } = entries;
  for (let i = entries.end; i > begin;) {
    i = entries.previous(i);
    if (entries.time(i) < from) break;
    if (kind === 'rules') {
      rules |= entries.mask(i);
      continue;
    }
    const value = entries.value(i);
    if (typeof value === 'object') {
      values += value.length;
      for (const each of value) {
        positive += Math.max(0, each as number);
        greatest = Math.max(greatest, each as number);
      }
    } else if (value !== undefined) {
      values += 1;
      if (typeof value === 'string') continue;
      if (value > 0) positive += value;
      if (value > greatest) greatest = value;
    }
  }
  switch (kind) {
    case 'values':
      return values >= least;
    case 'rules':
      return bitCount(rules) >= least;
    case 'sum':
      return reaches(positive, least);
    case 'greatest':
      return reaches(greatest, least);
  }
}

function reaches(value: number, least: number): boolean {
  return value + Math.abs(value) * SLACK >= least;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
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
