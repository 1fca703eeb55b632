/**
 * A query as a tree. Names of fields are paths: `raw_data.ip` is `['raw_data', 'ip']`; which paths there are is the
 * business of a {@link SearchTarget}.
 */
export type Query =
  | { readonly kind: 'everything' }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Query[] }
  | { readonly kind: 'not'; readonly of: Query }
  | WordsQuery
  | { readonly kind: 'field'; readonly path: readonly string[]; readonly test: FieldTest };

/** Words that stand next to each other in one of the texts of a record. */
export interface WordsQuery {
  readonly kind: 'words';
  /** Folded, with single blanks between them. */
  readonly words: string;
  /** The last one is the beginning of a word. */
  readonly prefix: boolean;
}

/** What is asked of a field; a field with several values passes when one of them does. */
export type FieldTest =
  /** There is a value that is not null. */
  | { readonly kind: 'exists' }
  /** A value is these parts, with anything between them: `pay*roll` is `['pay', 'roll']`. As they were written. */
  | { readonly kind: 'equals'; readonly parts: readonly string[] }
  | { readonly kind: 'compare'; readonly operator: Comparison; readonly value: string };

export const COMPARISONS = ['>=', '<=', '>', '<'] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** What a query may be made of. Each bound keeps the work for one record small. */
export const QUERY_LIMITS = {
  /** In UTF-16 units. */
  length: 8_000,
  terms: 100,
  /** Parentheses and negations inside each other. */
  depth: 20,
  /** `*` in one value. */
  wildcards: 5,
  /** Parts of a field's name. */
  pathLength: 32,
} as const;
