/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/**
 * A value as canonical JSON text by RFC 8785: no blanks, and members sorted by the UTF-16 units of their names. Numbers and
 * texts are written as ECMAScript writes them, which is what the RFC demands. Members that are undefined are left out.
 *
 * `canonicalJson` of the kernel differs for names like `7`, and stored identities of events depend on that.
 *
 * @throws RangeError for a number that JSON does not have, or a value that nests too deeply for the stack
 */
export function canonicalText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, inner]) => inner !== undefined) as [string, Json][];
    members.sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${canonicalText(inner)}`).join(',')}}`;
  }
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new RangeError(`JSON has no number ${value}.`);
  }
  return JSON.stringify(value);
}
