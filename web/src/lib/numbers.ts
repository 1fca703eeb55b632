const whole = new Intl.NumberFormat('en');

/** `12480` → `12,480`. */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** `1` and `finding` → `1 finding`; `2` → `2 findings`. */
export function countOf(value: number, noun: string): string {
  return `${formatCount(value)} ${value === 1 ? noun : plural(noun)}`;
}

/** `finding` → `findings`, `entry` → `entries`, `person` → `people`. */
export function plural(noun: string): string {
  if (noun.endsWith('person')) return noun.replace(/person$/, 'people');
  return noun.endsWith('y') && !/[aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`;
}

/** `0.00123` US dollars → `$0.0012`; amounts from a cent on have two decimals. */
export function formatCost(dollars: number): string {
  if (dollars === 0) return '$0';
  return dollars < 0.01 ? `$${dollars.toPrecision(2)}` : `$${dollars.toFixed(2)}`;
}

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** `12_430_000` → `12.4 MB`: powers of a thousand, three digits. */
export function formatBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const number = bytes / 1000 ** power;
  return `${power === 0 ? number : number.toPrecision(3)} ${UNITS[power]}`;
}
