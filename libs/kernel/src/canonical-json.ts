/**
 * A value as JSON text that is the same whatever the order in which objects name their fields, in the spirit of RFC 8785
 * (fields with names like `7` come first, as everywhere in JavaScript). Takes what `JSON.parse` gives; fields that are
 * undefined are left out.
 *
 * @throws RangeError when the value nests too deeply for the stack
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(ordered(value));
}

function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(ordered);
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(value).sort()) {
    const inner = ordered((value as Record<string, unknown>)[name]);
    // Assigning to a field of this name would set the prototype instead.
    if (name === '__proto__') Object.defineProperty(result, name, { value: inner, enumerable: true });
    else result[name] = inner;
  }
  return result;
}
