import type { RE2JS } from 're2js';
import type { Matcher } from '../document/selection.js';
import { EVALUATION_LIMITS } from '../limits.js';
import type { ValueTest } from './matcher-test.js';
import { regexFacts } from './regex-facts.js';

/** Whether a match may depend on where the text ends, so that a beginning of the text says nothing. */
const LOOKS_AT_END = /\$|\\[zbB]/;

/** Compiles an expression: searched in a text as far as the budget of the event goes (`EVALUATION_LIMITS`). */
export function regexTest({ regex, source, flags }: Matcher & { kind: 'regex' }): ValueTest {
  // Most texts lack something the expression needs, which is found out much faster than by running it.
  const { length, literals } = regexFacts(source, flags);
  const size = regex.programSize();
  let bounded = 0;
  let generation = -1;
  let spent = 0;
  return (values, index, view) => {
    const text = values.text(index);
    if (text === undefined || text.length < length) return false;
    if (literals !== undefined) {
      const folded = values.folded(index)!;
      if (!literals.some((literal) => folded.includes(literal))) return false;
    }
    const { spending } = view;
    if (bounded !== spending.automatonBytes) {
      bounded = spending.automatonBytes;
      boundAutomaton(regex, bounded);
    }
    if (generation !== view.generation) {
      generation = view.generation;
      spent = 0;
    }
    const units = text.length * size;
    const left = Math.min(EVALUATION_LIMITS.expressionUnits - spent, spending.left);
    if (units <= left) {
      spent += units;
      spending.total += units;
      return regex.test(text);
    }
    spent += left;
    spending.total += left;
    // What is found in a beginning is in the whole text, too.
    if (!LOOKS_AT_END.test(source) && regex.test(beginningOf(text, Math.floor(left / size)))) return true;
    spending.refusals += 1;
    return false;
  };
}

/**
 * Bounds the automaton that the library builds as it meets texts: 8 MiB unless it is told otherwise, for which it has no
 * option.
 */
function boundAutomaton(regex: RE2JS, bytes: number): void {
  const { dfa } = regex.re2();
  dfa.stateBudget = bytes;
  dfa.clearCache();
}

/** At most so many characters, without half of one. */
function beginningOf(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length);
}
