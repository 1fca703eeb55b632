import type { FieldValues } from './field-values.js';

/** A value of an event that has no parts. */
export type Scalar = string | number | boolean | null;

/** Most values one field of one event is compared with; more are ignored (an array of millions in one event). */
const MAX_VALUES = 10_000;

/** Where a field name leads in a record: the exact key first, then the path through its dots. */
export class FieldPath {
  /** `rest[i]` is the name from segment i on, so that a dotted key is found at every depth. */
  private readonly rest: readonly string[];
  readonly segments: readonly string[];
  /** Names that every object inherits must not be taken from there. */
  private readonly inherited: boolean;

  constructor(readonly name: string) {
    this.segments = name.split('.');
    this.rest = this.segments.map((_, i) => this.segments.slice(i).join('.'));
    this.inherited = [...this.segments, ...this.rest].some((part) => part in Object.prototype);
  }

  /**
   * Collects the scalar values the name leads to; arrays anywhere on the way count as each of their elements.
   * Answers whether the field is present at all (also as an object or an empty array).
   */
  collect(data: object, values: FieldValues): boolean {
    if (!this.inherited) {
      // The usual case: a flat key with a scalar value.
      const direct = (data as Record<string, unknown>)[this.name];
      switch (typeof direct) {
        case 'string':
        case 'number':
        case 'boolean':
          values.push(direct);
          return true;
        case 'undefined':
          if (this.segments.length === 1) return false;
          break;
        default:
          // Null, an object or an array: the way through the segments answers for them.
          break;
      }
    }
    return this.descend(data, 0, values, 0);
  }

  private descend(value: unknown, segment: number, values: FieldValues, depth: number): boolean {
    if (value === undefined || typeof value === 'function' || depth > 64) return false;
    if (Array.isArray(value)) {
      let present = segment === this.segments.length;
      for (const element of value as unknown[]) {
        if (values.count >= MAX_VALUES) break;
        if (this.descend(element, segment, values, depth + 1)) present = true;
      }
      return present;
    }
    if (segment === this.segments.length) {
      if (
        value === null ||
        typeof value === 'string' ||
        typeof value === 'number' ||
        typeof value === 'boolean'
      ) {
        values.push(value);
      } else if (value instanceof Date) {
        values.push(Number.isNaN(value.getTime()) ? null : value.toISOString());
      } else if (typeof value === 'bigint') {
        values.push(String(value));
      }
      return true;
    }
    if (typeof value !== 'object' || value === null) return false;
    const last = this.segments.length - 1;
    const whole = this.rest[segment]!;
    if (Object.hasOwn(value, whole)) {
      return this.descend((value as Record<string, unknown>)[whole], this.segments.length, values, depth + 1);
    }
    if (segment === last) return false;
    const key = this.segments[segment]!;
    if (!Object.hasOwn(value, key)) return false;
    return this.descend((value as Record<string, unknown>)[key], segment + 1, values, depth + 1);
  }
}

/** The text a scalar is compared as; null has none. */
export function scalarText(value: Scalar): string | undefined {
  if (typeof value === 'string') return value;
  return value === null ? undefined : String(value);
}
