import { AppError } from '@mcm/kernel';

/**
 * A 64 bit integer of the database, which arrives as text, as a number. Throws `PERSISTENCE.UNSAFE_INTEGER` beyond
 * 2^53: rounding it would silently name another row.
 */
export function toSafeInteger(value: string | number): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw new AppError(
      'internal',
      'PERSISTENCE.UNSAFE_INTEGER',
      `The database holds the integer ${value}, which is beyond what can be represented exactly.`,
    );
  }
  return number;
}
