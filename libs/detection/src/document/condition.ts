import type { Place } from '../problems/problem.js';

/** A parsed Sigma condition. */
export type Condition =
  | { readonly kind: 'and'; readonly operands: readonly Condition[] }
  | { readonly kind: 'or'; readonly operands: readonly Condition[] }
  | { readonly kind: 'not'; readonly operand: Condition }
  | { readonly kind: 'identifier'; readonly name: string; readonly place: Place }
  | {
      readonly kind: 'of';
      readonly quantifier: 'one' | 'all';
      /** As written: `them`, or a name with `*`. */
      readonly pattern: string;
      readonly place: Place;
    };
