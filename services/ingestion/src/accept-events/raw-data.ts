import type { Json, JsonObject } from '@mcm/contracts';
import { isUnstorable } from '@mcm/kernel';
import { isObject, type ItemWarning } from '@mcm/sources';

const escape = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** Whether a JSON text can hold characters that no PostgreSQL text can: U+0000 or half of a surrogate pair. */
export function mayHoldUnstorableCharacters(text: string): boolean {
  return /\\u(0000|[dD][89a-fA-F])/.test(text);
}

/** The first place that lies deeper than `limit` levels, as a JSON pointer cut to something readable; null if none. */
export function tooDeep(value: unknown, limit: number, level = 1): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if (level > limit) return '';
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i += 1) {
      const inner = tooDeep(value[i], limit, level + 1);
      if (inner !== null) return `/${i}${inner}`.slice(0, 200);
    }
    return null;
  }
  for (const key in value) {
    const inner = tooDeep((value as Record<string, unknown>)[key], limit, level + 1);
    if (inner !== null) return `/${escape(key)}${inner}`.slice(0, 200);
  }
  return null;
}

const storable = (text: string) => text.toWellFormed().replaceAll('\u0000', '\uFFFD');

/**
 * A copy in which U+0000 and lone surrogates are U+FFFD: an event that carries them is kept, since hiding behind such
 * a character must not be a way past the rules.
 */
export function makeStorable(raw: JsonObject, warnings: ItemWarning[]): JsonObject {
  const copy = (value: Json, pointer: string): Json => {
    if (typeof value === 'string') {
      if (!isUnstorable(value)) return value;
      warnings.push({ pointer, detail: 'characters that cannot be stored became U+FFFD' });
      return storable(value);
    }
    if (Array.isArray(value)) return value.map((item, i) => copy(item, `${pointer}/${i}`));
    if (!isObject(value)) return value;
    const result: JsonObject = {};
    for (const [key, item] of Object.entries(value as JsonObject)) {
      const name = storable(key);
      if (name !== key)
        warnings.push({ pointer, detail: 'a field name had characters that cannot be stored' });
      Object.defineProperty(result, name, {
        value: copy(item, `${pointer}/${escape(name)}`),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return result;
  };
  return copy(raw, '/raw_data') as JsonObject;
}
