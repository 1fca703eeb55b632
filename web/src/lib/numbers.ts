const whole = new Intl.NumberFormat('en');

/** `12480` → `12,480`. */
export function formatCount(value: number): string {
  return whole.format(value);
}

/** `1` and `finding` → `1 finding`; `2` → `2 findings`. */
export function countOf(value: number, noun: string): string {
  return `${formatCount(value)} ${value === 1 ? noun : `${noun}s`}`;
}

/** `0.00123` US dollars → `$0.0012`; amounts from a cent on have two decimals. */
export function formatCost(dollars: number): string {
  if (dollars === 0) return '$0';
  return dollars < 0.01 ? `$${dollars.toPrecision(2)}` : `$${dollars.toFixed(2)}`;
}
