import type { Matcher } from '../document/selection.js';
import { formatParts } from '../parse/sigma-text.js';

/** What a matcher looks for, in the syntax of rules, for reasons. */
export function describeMatcher(matcher: Matcher): string {
  switch (matcher.kind) {
    case 'text':
      return formatParts(matcher.parts);
    case 'null':
      return 'null';
    case 'regex':
      return `/${matcher.source}/${matcher.flags}`;
    case 'cidr':
      return matcher.source;
    case 'compare':
      return `${matcher.operator} ${matcher.value}`;
    case 'exists':
      return matcher.expected ? 'exists' : 'does not exist';
    case 'field':
      return `${matcher.mode} field ${matcher.field}`;
    case 'time-part':
      return `${matcher.part} ${matcher.operator} ${matcher.value}`;
  }
}
