const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** Reads `<number><s|m|h|d|w>` as milliseconds; undefined when it is not one. Longest: 10 years. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9})([smhdw])$/.exec(text.trim());
  if (match === null) return undefined;
  const milliseconds = Number(match[1]) * UNITS[match[2]!]!;
  return milliseconds > 0 && milliseconds <= 3650 * 86_400_000 ? milliseconds : undefined;
}

/** Writes milliseconds the way a rule does, in the largest unit that divides them. */
export function formatDuration(milliseconds: number): string {
  for (const unit of ['d', 'h', 'm', 's']) {
    if (milliseconds % UNITS[unit]! === 0) return `${milliseconds / UNITS[unit]!}${unit}`;
  }
  return `${milliseconds / 1000}s`;
}
