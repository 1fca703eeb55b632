import type { Json, JsonObject } from '@mcm/contracts';

/** A value that is not an object or a list. */
export type Scalar = string | number | boolean | null;

/** Most values that one path yields. */
const MAX_VALUES = 64;

/**
 * The values at a path, in order: lists are walked through, whether the path or the data ends there. A key with a dot in
 * it is found where it is the rest of the path. Objects at the end of a path are no values.
 */
export function valuesAt(data: JsonObject, path: string): Scalar[] {
  const found: Scalar[] = [];
  collect(data, path, found);
  return found;
}

function collect(value: Json, path: string, found: Scalar[]): void {
  if (found.length >= MAX_VALUES) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, path, found);
    return;
  }
  if (typeof value !== 'object' || value === null) {
    if (path === '') found.push(value);
    return;
  }
  if (path === '') return;
  if (Object.hasOwn(value, path)) {
    collect(value[path]!, '', found);
    return;
  }
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const key = path.slice(0, dot);
    if (!Object.hasOwn(value, key)) continue;
    collect(value[key]!, path.slice(dot + 1), found);
    return;
  }
}

/**
 * Every text in the data with the path to it, keys included, up to a number of characters; lists add nothing to a path.
 * For looking at what producers wrote, wherever they wrote it.
 */
export function* textsIn(data: JsonObject, limit: number): Generator<{ path: string; text: string }> {
  let left = limit;
  const stack: { value: Json; path: string }[] = [{ value: data, path: '' }];
  for (let next = stack.pop(); next !== undefined && left > 0; next = stack.pop()) {
    const { value, path } = next;
    if (typeof value === 'string') {
      left -= value.length;
      yield { path, text: value };
    } else if (Array.isArray(value)) {
      for (let i = value.length - 1; i >= 0; i -= 1) stack.push({ value: value[i]!, path });
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value).reverse()) {
        const inside = path === '' ? key : `${path}.${key}`;
        stack.push({ value: inner, path: inside });
        // A key can hold a sentence as well.
        if (key.length > 24) stack.push({ value: key, path: inside.slice(0, 200) });
      }
    }
  }
}
