import type { CorrelationRule, Threshold } from '../document/rule-document.js';
import { CrossingTree, type Bound } from './crossing-tree.js';
import { listed } from './distinct.judge.js';
import type { JudgedEntry } from './entry-columns.js';
import { SortedNumbers } from './sorted-numbers.js';
import type { Measure, WindowIndex } from './window-index.js';

/** A number from 0 to 1 with the digits of a double is a whole number of parts when there are 2 to the power of this. */
const FACTOR_BITS = 80;

/** How an entry takes part in a level: it counts, or its values have weights, or each of its values counts once per window. */
type Part =
  | { readonly kind: 'count' }
  | { readonly kind: 'weights'; readonly of: (value: number, bound: Bound) => number }
  | { readonly kind: 'distinct'; readonly of: (entry: JudgedEntry) => readonly (string | number)[] };

/** A level for each bound of the condition, and how to read it. */
interface Reading {
  readonly part: Part;
  /** The bound of the level that stands for a bound of the measured value. */
  bound(value: Bound): Bound;
  /** Whether the level is what is measured. */
  readonly measured: boolean;
}

interface Level {
  readonly value: Bound;
  readonly tree: CrossingTree;
}

/**
 * The index of a correlation whose condition can be read off a level that every entry raises by some weight for as long
 * as windows hold it: counts, sums, and, compared with a limit, averages and percentiles.
 */
export class LevelIndex implements WindowIndex {
  private readonly levels: Level[] = [];
  private readonly conditions: ((time: number) => boolean)[];
  /** The times of each value, where values count once. */
  private readonly occurrences = new Map<string | number, SortedNumbers>();

  private constructor(
    private readonly reading: Reading,
    threshold: Threshold,
    private readonly timespan: number,
  ) {
    const { gte, gt, lte, lt, eq, neq } = threshold;
    const from = (limit: number): ((time: number) => boolean) => this.level(limit, false);
    const over = (limit: number): ((time: number) => boolean) => this.level(limit, true);
    const conditions: ((time: number) => boolean)[] = [];
    if (gte !== undefined) conditions.push(from(gte));
    if (gt !== undefined) conditions.push(over(gt));
    if (lte !== undefined) conditions.push(not(over(lte)));
    if (lt !== undefined) conditions.push(not(from(lt)));
    if (eq !== undefined) conditions.push(from(eq), not(over(eq)));
    if (neq !== undefined) {
      const least = from(neq);
      const more = over(neq);
      conditions.push((time) => !least(time) || more(time));
    }
    this.conditions = conditions;
  }

  /** The index for a correlation over events; undefined when there is none for it. */
  static for(rule: CorrelationRule): LevelIndex | undefined {
    const reading = readingOf(rule);
    return reading && new LevelIndex(reading, rule.threshold, rule.timespan);
  }

  add(entry: JudgedEntry): void {
    this.take(entry, 1);
  }

  remove(entry: JudgedEntry): void {
    this.take(entry, -1);
  }

  addBits(entry: JudgedEntry, before: number): void {
    const { part } = this.reading;
    if (part.kind !== 'distinct') return;
    const known = new Set(part.of({ ...entry, mask: before }));
    for (const value of part.of(entry)) if (!known.has(value)) this.cover(value, entry.time);
  }

  settle(judge: Measure): void {
    this.cross(-Infinity, Infinity, judge);
  }

  changes(from: number, to: number, _begun: boolean, judge: Measure): number[] {
    const changed = this.cross(from, to, judge);
    // A new moment may fire without having crossed a bound.
    if (changed[0] !== from && this.levels[0]?.tree.hasMoment(from) === true) changed.unshift(from);
    return changed;
  }

  fires(time: number): boolean {
    return this.conditions.every((met) => met(time));
  }

  measure(time: number): number | undefined {
    return this.reading.measured ? this.levels[0]?.tree.level(time) : undefined;
  }

  private cross(from: number, to: number, judge: Measure): number[] {
    const crossed = this.levels.map(({ value: { limit, strict }, tree }) =>
      tree.cross(from, to, (time) => {
        const value = judge(time);
        return value !== undefined && (strict ? value > limit : value >= limit);
      }),
    );
    return crossed.length === 1 ? crossed[0]! : [...new Set(crossed.flat())].sort((a, b) => a - b);
  }

  private level(limit: number, strict: boolean): (time: number) => boolean {
    let level = this.levels.find(({ value }) => value.limit === limit && value.strict === strict);
    if (level === undefined) {
      const value = { limit, strict };
      level = { value, tree: new CrossingTree(this.reading.bound(value)) };
      this.levels.push(level);
    }
    const { tree } = level;
    return (time) => tree.isAbove(time);
  }

  private take(entry: JudgedEntry, sign: 1 | -1): void {
    const { part } = this.reading;
    const { time } = entry;
    const end = time + this.timespan;
    if (sign === 1) for (const { tree } of this.levels) tree.changeEntries(time, 1);
    if (part.kind === 'distinct') {
      for (const value of part.of(entry)) {
        if (sign === 1) this.cover(value, time);
        else this.uncover(value, time);
      }
    } else {
      for (const { value, tree } of this.levels) {
        let weight = 1;
        if (part.kind === 'weights') {
          weight = 0;
          for (const number of listed(entry.value)) weight += part.of(number as number, value);
        }
        tree.rise(time, sign * weight);
        tree.fall(end, sign * weight, sign);
      }
    }
    if (sign === -1) for (const { tree } of this.levels) tree.changeEntries(time, -1);
  }

  /** Windows that hold a value count it once: its occurrences a timespan apart or closer are one stretch. */
  private cover(value: string | number, time: number): void {
    let times = this.occurrences.get(value);
    if (times === undefined) this.occurrences.set(value, (times = new SortedNumbers()));
    const place = times.find((other) => other >= time);
    const next = place === times.end ? Infinity : times.at(place);
    if (next !== time) {
      this.stretch(time, place === times.begin ? -Infinity : times.at(times.previous(place)), next, 1);
    }
    times.insert(place, time);
  }

  private uncover(value: string | number, time: number): void {
    const times = this.occurrences.get(value)!;
    times.delete(time);
    const place = times.find((other) => other >= time);
    const next = place === times.end ? Infinity : times.at(place);
    if (next !== time) {
      this.stretch(time, place === times.begin ? -Infinity : times.at(times.previous(place)), next, -1);
    }
    if (times.size === 0) this.occurrences.delete(value);
  }

  /** An occurrence between two others came, or went. */
  private stretch(time: number, previous: number, next: number, sign: 1 | -1): void {
    const { timespan } = this;
    if (next - previous <= timespan) return;
    for (const { tree } of this.levels) {
      if (time - previous > timespan) tree.rise(time, sign);
      else tree.fall(previous + timespan, -sign, sign === 1 ? -1 : 1);
      if (next - time > timespan) tree.fall(time + timespan, sign, sign);
      else tree.rise(next, -sign);
    }
  }
}

function not(met: (time: number) => boolean): (time: number) => boolean {
  return (time) => !met(time);
}

function readingOf(rule: CorrelationRule): Reading | undefined {
  switch (rule.type) {
    case 'event_count':
      return { part: { kind: 'count' }, bound: (value) => value, measured: true };
    case 'value_count':
      return {
        part: { kind: 'distinct', of: ({ value }) => listed(value) },
        bound: (value) => value,
        measured: true,
      };
    case 'temporal':
      return {
        part: { kind: 'distinct', of: ({ mask }) => bitsOf(mask) },
        bound: (value) => value,
        measured: true,
      };
    case 'value_sum':
      return { part: { kind: 'weights', of: (value) => value }, bound: (value) => value, measured: true };
    case 'value_avg':
      // An average is at least a limit when the differences to it are not below zero together.
      return {
        part: { kind: 'weights', of: (value, { limit }) => value - limit },
        bound: ({ strict }) => ({ limit: 0, strict }),
        measured: false,
      };
    case 'value_percentile':
    case 'value_median':
      return rankReading(rule.percentile);
    default:
      return undefined;
  }
}

/**
 * The value of rank ⌈p/100·n⌉ is at least a limit when fewer than p/100·n values are below it: each value weighs p, and
 * those below 100 less. Undefined for the few percentiles whose ranks the judge gets from a product that is rounded up.
 */
function rankReading(percentile: number): Reading | undefined {
  const parts = [1, 10, 100, 1000].find((each) => Number.isInteger(percentile * each));
  if (parts === undefined) return undefined;
  const own = percentile * parts;
  const whole = 100 * parts;
  const factor = BigInt((percentile / 100) * 2 ** FACTOR_BITS) * BigInt(whole);
  // An excess of up to half of the last digit is rounded away again when ranks are worked out.
  const exact = BigInt(own) * 2n ** BigInt(FACTOR_BITS);
  if (factor * 2n ** 54n > exact * (2n ** 54n + 1n)) return undefined;
  return {
    part: {
      kind: 'weights',
      of: (value, { limit, strict }) => own - (value < limit || (strict && value === limit) ? whole : 0),
    },
    // The rank is 1 at least: with percentile 0 no value may be below the limit.
    bound: () => ({ limit: 0, strict: own > 0 }),
    measured: false,
  };
}

function bitsOf(mask: number): number[] {
  const bits: number[] = [];
  for (let rest = mask, bit = 0; rest !== 0; rest >>>= 1, bit += 1) if ((rest & 1) === 1) bits.push(bit);
  return bits;
}
