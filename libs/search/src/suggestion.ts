/**
 * The name that was probably meant: one that differs in case, in `-` for `_`, or by a slip of one character. Null for a name
 * that is one of them, and for one that is not near any.
 */
export function suggestion(name: string, names: readonly string[]): string | null {
  if (names.includes(name)) return null;
  const plain = (text: string) => text.toLowerCase().replace(/[-_]/g, '');
  return names.find((each) => plain(each) === plain(name) || isOneSlipFrom(each, name)) ?? null;
}

/** Whether one character was left out, added, changed, or swapped with its neighbour. Short names are too near each other. */
function isOneSlipFrom(one: string, other: string): boolean {
  if (one.length < 6 || Math.abs(one.length - other.length) > 1) return false;
  let from = 0;
  while (from < one.length && one[from] === other[from]) from++;
  const rest = (text: string, skip: number) => text.slice(from + skip);
  const swapped =
    one[from] === other[from + 1] && one[from + 1] === other[from] && rest(one, 2) === rest(other, 2);
  return (
    swapped ||
    rest(one, 1) === rest(other, 1) ||
    rest(one, 1) === rest(other, 0) ||
    rest(one, 0) === rest(other, 1)
  );
}
