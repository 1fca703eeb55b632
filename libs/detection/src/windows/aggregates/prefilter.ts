import type { CorrelationRule, Threshold } from '../../document/rule-document.js';
import { FEW_ENTRIES, type Entries } from '../entries/entries.js';
import { lowerBound } from './threshold.js';

/**
 * What the entries of a group must add up to at least before a correlation can be met in any of its windows. Most groups
 * never get there, and need not be measured.
 */
export type Prefilter =
  | { readonly kind: 'none' }
  /** So many entries. */
  | { readonly kind: 'entries'; readonly least: number }
  /** So many different referred rules. */
  | { readonly kind: 'rules'; readonly least: number }
  /** So many values; a sum of values, or a single value, at least as great. */
  | { readonly kind: ValuesKind; readonly least: number };

type ValuesKind = 'values' | 'sum' | 'greatest';

/** Sums are rounded at every step, so a little less may be enough. */
const SLACK = 1e-9;

/** Derives the prefilter of a correlation. */
export function prefilterOf(rule: CorrelationRule): Prefilter {
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

/** A prefilter of correlations with windows up to this long. */
export interface TimedPrefilter {
  readonly prefilter: Prefilter;
  /** Milliseconds. */
  readonly timespan: number;
}

/** Different values that are counted in a group at most, so that unusual thresholds take no memory. */
const MOST_DISTINCT = 256;

/** How many different values of a group a prefilter asks for. */
export function distinctOf(prefilter: Prefilter): number {
  return prefilter.kind === 'values' ? Math.min(prefilter.least, MOST_DISTINCT) : 0;
}

/** Whether a correlation with this prefilter can be met in a window that begins at `from` or later. */
export function mayHit(prefilter: Prefilter, entries: Entries, from: number): boolean {
  if (prefilter.kind === 'none') return true;
  if (prefilter.kind === 'entries') return holdsEntries(entries, prefilter.least, from);
  const { totals } = entries;
  if (totals === undefined) {
    // Many entries of one referred rule and without values: nothing was added up.
    if (entries.size > FEW_ENTRIES) return true;
    return prefilter.kind === 'rules'
      ? bitCount(fewMasks(entries, from)) >= prefilter.least
      : reaches(prefilter.kind, fewValues(prefilter.kind, entries, from), prefilter.least);
  }
  switch (prefilter.kind) {
    case 'values':
      if (totals.distinct.size < distinctOf(prefilter)) return false;
      return totals.values > totals.entries || holdsEntries(entries, prefilter.least, from);
    case 'rules': {
      let rules = 0;
      for (const time of totals.latest) if (time >= from) rules += 1;
      return rules >= prefilter.least;
    }
    case 'sum':
      return reaches('sum', totals.positive, prefilter.least);
    case 'greatest':
      return reaches('greatest', totals.greatest, prefilter.least);
  }
}

/** Bits of the rules that few entries matched. */
function fewMasks(entries: Entries, from: number): number {
  let masks = 0;
  for (let i = entries.end - 1; i >= entries.begin && entries.time(i) >= from; i -= 1)
    masks |= entries.mask(i);
  return masks;
}

/** What the values of few entries come to. */
function fewValues(kind: ValuesKind, entries: Entries, from: number): number {
  let total = kind === 'greatest' ? -Infinity : 0;
  for (let i = entries.end - 1; i >= entries.begin && entries.time(i) >= from; i -= 1) {
    const value = entries.value(i);
    if (typeof value === 'object') for (const each of value) total = raised(kind, total, each);
    else if (value !== undefined) total = raised(kind, total, value);
  }
  return total;
}

function raised(kind: ValuesKind, total: number, value: string | number): number {
  if (kind === 'values') return total + 1;
  if (typeof value === 'string') return total;
  return kind === 'sum' ? total + Math.max(0, value) : Math.max(total, value);
}

function reaches(kind: ValuesKind, value: number, least: number): boolean {
  return value + (kind === 'values' ? 0 : Math.abs(value) * SLACK) >= least;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** Whether at least so many entries happened at a time or later. */
function holdsEntries(entries: Entries, least: number, from: number): boolean {
  if (!(least > 0)) return true;
  const first = entries.end - Math.ceil(least);
  return first >= entries.begin && entries.time(first) >= from;
}

function greatestLowerBound({ gt, gte, eq }: Threshold): number | undefined {
  const bounds = [gt, gte, eq].filter((bound) => bound !== undefined);
  return bounds.length === 0 ? undefined : Math.max(...bounds);
}
