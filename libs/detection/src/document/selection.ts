import type { RE2JS } from 're2js';
import type { TextPart } from '../parse/sigma-text.js';
import type { Place } from '../problems/problem.js';
import type { Network } from '../modifiers/network.js';

/** One thing a value of the event may be compared with; what a value of a rule becomes once modifiers are applied. */
export type Matcher =
  | TextMatcher
  | { readonly kind: 'null' }
  | { readonly kind: 'regex'; readonly source: string; readonly flags: string; readonly regex: RE2JS }
  | { readonly kind: 'cidr'; readonly source: string; readonly network: Network }
  | { readonly kind: 'compare'; readonly operator: CompareOperator; readonly value: number }
  | { readonly kind: 'exists'; readonly expected: boolean }
  | {
      readonly kind: 'field';
      /** The other field of the event. */
      readonly field: string;
      readonly mode: 'equals' | 'contains' | 'startswith' | 'endswith';
      readonly cased: boolean;
    }
  | {
      readonly kind: 'time-part';
      readonly part: TimePart;
      readonly operator: CompareOperator | 'eq';
      readonly value: number;
    };

export interface TextMatcher {
  readonly kind: 'text';
  readonly parts: readonly TextPart[];
  readonly cased: boolean;
}
export type CompareOperator = 'lt' | 'lte' | 'gt' | 'gte';
export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';

/** One line `field|modifiers: values` of a search identifier; `field` null searches every text of the event. */
export interface Item {
  readonly field: string | null;
  readonly matchers: readonly Matcher[];
  /** Every matcher must hold, not just one. */
  readonly all: boolean;
  /** The verdict is turned round (`neq`). */
  readonly negated: boolean;
  readonly place: Place;
  /** As written, e.g. `CommandLine|contains|all`. */
  readonly key: string;
}

/** What stands under a search identifier. */
export type Selection =
  | { readonly kind: 'all'; readonly items: readonly Item[] }
  | { readonly kind: 'any'; readonly options: readonly Selection[] };

/** A search identifier. */
export interface NamedSelection {
  readonly name: string;
  readonly place: Place;
  readonly selection: Selection;
}
