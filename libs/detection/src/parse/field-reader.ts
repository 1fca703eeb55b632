import type { Place, ProblemList } from '../problems/problem.js';
import { child, kindName, type ListTree, type MapTree, type Tree } from './tree.js';

/** Reads typed values out of a map and reports what has the wrong type. */
export class FieldReader {
  constructor(
    readonly map: MapTree,
    readonly problems: ProblemList,
    /** Said before key names in messages, e.g. `correlation.`. */
    private readonly prefix = '',
  ) {}

  get(key: string): Tree | undefined {
    return child(this.map, key);
  }

  placeOf(key: string): Place {
    return this.map.entries.find((entry) => entry.key === key)?.keyPlace ?? this.map.place;
  }

  /** Text of a key; numbers are taken as written. An empty value counts as absent. */
  text(key: string): string | undefined {
    const value = this.get(key);
    if (value === undefined || value.kind === 'null') return undefined;
    if (value.kind === 'text') return value.value;
    if (value.kind === 'number') return value.source;
    if (value.kind === 'boolean') return String(value.value);
    this.wrong(key, value, 'text');
    return undefined;
  }

  requiredText(key: string): string | undefined {
    const text = this.text(key);
    if ((text === undefined || text.trim() === '') && !this.isWrongKind(key)) {
      this.problems.error(this.map.place, 'RULE.MISSING_KEY', `"${this.prefix}${key}" is missing`);
      return undefined;
    }
    return text;
  }

  boolean(key: string): boolean | undefined {
    const value = this.get(key);
    if (value === undefined || value.kind === 'null') return undefined;
    if (value.kind === 'boolean') return value.value;
    this.wrong(key, value, 'true or false');
    return undefined;
  }

  /** A text or a list of texts, with places. */
  texts(key: string): { text: string; place: Place }[] | undefined {
    const value = this.get(key);
    if (value === undefined || value.kind === 'null') return undefined;
    const items = value.kind === 'list' ? value.items : [value];
    const texts: { text: string; place: Place }[] = [];
    for (const item of items) {
      if (item.kind === 'text') texts.push({ text: item.value, place: item.place });
      else if (item.kind === 'number') texts.push({ text: item.source, place: item.place });
      else
        this.problems.error(
          item.place,
          'RULE.TYPE',
          `"${this.prefix}${key}" may only hold text, not ${kindName(item)}`,
        );
    }
    return texts;
  }

  mapOf(key: string): MapTree | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    if (value.kind === 'map') return value;
    this.wrong(key, value, 'a map');
    return undefined;
  }

  listOf(key: string): ListTree | undefined {
    const value = this.get(key);
    if (value === undefined || value.kind === 'null') return undefined;
    if (value.kind === 'list') return value;
    this.wrong(key, value, 'a list');
    return undefined;
  }

  private isWrongKind(key: string): boolean {
    const value = this.get(key);
    return value !== undefined && (value.kind === 'map' || value.kind === 'list');
  }

  private wrong(key: string, value: Tree, expected: string): void {
    this.problems.error(
      value.place,
      'RULE.TYPE',
      `"${this.prefix}${key}" must be ${expected}, not ${kindName(value)}`,
    );
  }
}
