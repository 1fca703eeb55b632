import type { Treatment } from '@mcm/sources';

const KINDS = { user: 'USER', address: 'ADDRESS', host: 'HOST', id: 'ID' } as const satisfies Partial<
  Record<Treatment, string>
>;
export type PlaceholderKind = keyof typeof KINDS;

/** Anything that looks like a placeholder. */
export const PLACEHOLDER = /\b(?:(?:USER|ADDRESS|HOST|ID)_\d+|EVENT_COUNT|FIRST_SEEN|LAST_SEEN)\b/g;

/**
 * Names for values that are not sent: the same value has the same name everywhere within a finding, so that a model sees
 * who is who without knowing them. Numbered by first use: findings of the same shape have the same names in the same
 * places.
 */
export class Placeholders {
  private readonly names = new Map<string, string>();
  private readonly counts = new Map<PlaceholderKind, number>();
  private readonly meanings: Record<string, string> = {};

  /** The placeholder of a value. */
  nameOf(kind: PlaceholderKind, value: string): string {
    const key = `${kind}\n${value}`;
    const known = this.names.get(key);
    if (known !== undefined) return known;
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    const name = `${KINDS[kind]}_${count}`;
    this.names.set(key, name);
    this.meanings[name] = value;
    return name;
  }

  /** Gives a value a name of its own. */
  set(name: 'EVENT_COUNT' | 'FIRST_SEEN' | 'LAST_SEEN', value: string): string {
    this.meanings[name] = value;
    return name;
  }

  /** The value of each placeholder. */
  get table(): Readonly<Record<string, string>> {
    return this.meanings;
  }
}

/** The text with every placeholder replaced by its value; unknown placeholders stay. */
export function fillPlaceholders(text: string, table: Readonly<Record<string, string>>): string {
  return text.replace(PLACEHOLDER, (name) => (Object.hasOwn(table, name) ? table[name]! : name));
}

/** Text of a producer in which nothing can be taken for a placeholder. */
export function withoutPlaceholders(text: string): string {
  return text.replace(PLACEHOLDER, (name) => name.replace('_', '-'));
}
