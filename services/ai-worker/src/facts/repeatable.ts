import { WITHHELD } from './field-treatment.js';
import { triesToInstruct } from './injection-signs.js';

/** Most words of a producer's text that an explanation repeats: longer texts are sentences of the producer. */
const MOST_WORDS = 8;

/**
 * A value of an event as an explanation may repeat it. Explanations are passed on, and who reads them next may be a model:
 * sentences of producers stay in the events.
 */
export function repeatable(value: string): string {
  if (triesToInstruct(value)) return WITHHELD.instructs;
  return (value.match(/\p{L}{2,}/gu)?.length ?? 0) > MOST_WORDS ? WITHHELD.long : value;
}
