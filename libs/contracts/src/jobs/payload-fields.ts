import { z } from 'zod';
import { SEVERITIES } from '../events/findings.js';

// The message of each completes the sentence "<name of the field> must be …".

const ID = 'a whole number above 0';
export const rowId = z.int(ID).positive(ID);

const IDS = `a list; each of it ${ID}`;
export const rowIds = z.array(z.int(IDS).positive(IDS), IDS).readonly();

const SOME_SEVERITIES = `a list of ${SEVERITIES.join(', ')}`;
export const severities = z.array(z.enum(SEVERITIES, SOME_SEVERITIES), SOME_SEVERITIES).readonly();

export const flag = z.boolean('true or false');
export const text = z.string('a text');
/** ISO 8601. */
export const time = z.string('a time in ISO 8601');

const DAYS =
  'a list of days, each as {"from": "2026-01-31", "to": "2026-02-01"} or null where it has no bound';
const bound = z
  .string(DAYS)
  .regex(/^\d{4}-\d\d-\d\d$/, DAYS)
  .nullable();
/** Stretches of days (UTC), both included; null is without a bound. */
export const days = z.array(z.object({ from: bound, to: bound }, DAYS), DAYS).readonly();

const DAY = 'a day such as 2026-01-15';
/** A day (UTC). */
export const day = z.string(DAY).regex(/^\d{4}-\d\d-\d\d$/, DAY);

/** One of these words. */
export function word<const Words extends readonly string[]>(words: Words) {
  return z.enum(words, `one of ${words.join(', ')}`);
}
