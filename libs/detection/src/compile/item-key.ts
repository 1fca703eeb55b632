import type { Item, Matcher } from '../document/selection.js';
import type { TextPart } from '../parse/sigma-text.js';

/** A text that is the same for items that do the same, and for no others: lengths keep its parts apart. */
export function itemKey({ field, all, negated, matchers }: Item): string {
  let key = `${field === null ? '' : `${field.length}:${field}`}\u0000${all ? 'a' : ''}${negated ? 'n' : ''}`;
  for (const matcher of matchers) key += `\u0000${matcherKey(matcher)}`;
  return key;
}

/** The same for one matcher. */
export function matcherKey(matcher: Matcher): string {
  switch (matcher.kind) {
    case 'text': {
      let key = matcher.cased ? 'T' : 't';
      for (const part of matcher.parts) key += `\u0001${partKey(part)}`;
      return key;
    }
    case 'regex':
      return `r${matcher.flags}${matcher.source.length}:${matcher.source}`;
    case 'null':
    case 'cidr':
    case 'compare':
    case 'exists':
    case 'field':
    case 'time-part':
      return JSON.stringify(matcher);
  }
}

function partKey(part: TextPart): string {
  switch (part.kind) {
    case 'literal':
      return `=${part.text.length}:${part.text}`;
    case 'any-run':
      return '*';
    case 'any-one':
      return '?';
    case 'dash':
      return '-';
  }
}
