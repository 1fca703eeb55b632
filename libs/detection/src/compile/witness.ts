import type { Matcher } from '../document/selection.js';
import { plainText, type PredicateTable } from './predicate.js';
import type { Node } from './program.js';
import { longestLiteral } from './text-test.js';

/** Something that must be true of an event for a rule to match; cheap to look up. */
export type Witness =
  /** The field has this (folded) text. */
  | { readonly kind: 'equal'; readonly slot: number; readonly text: string }
  /** A text of the field holds this (folded) literal. */
  | { readonly kind: 'literal'; readonly slot: number; readonly text: string }
  /** Any text of the event holds this (folded) literal. */
  | { readonly kind: 'keyword'; readonly text: string }
  /** The field is present. */
  | { readonly kind: 'present'; readonly slot: number };

/** Alternatives: at least one must be true. Undefined: nothing is known, the rule must always be evaluated. */
export type Witnesses = readonly Witness[] | undefined;

/** Most alternatives worth indexing for one rule. */
const MAX_WITNESSES = 20_000;

/** Derives a necessary condition of a compiled rule, the most telling one there is. */
export function witnessesOf(node: Node, predicates: PredicateTable): Witnesses {
  switch (node.kind) {
    case 'selection':
      return witnessesOf(node.node, predicates);
    case 'not':
      return undefined;
    case 'item':
      return itemWitnesses(node.predicate, predicates);
    case 'all': {
      let best: Witnesses;
      for (const each of node.nodes) best = better(best, witnessesOf(each, predicates));
      return best;
    }
    case 'any': {
      const union: Witness[] = [];
      for (const each of node.nodes) {
        const witnesses = witnessesOf(each, predicates);
        if (witnesses === undefined || union.length + witnesses.length > MAX_WITNESSES) return undefined;
        union.push(...witnesses);
      }
      return union;
    }
  }
}

function itemWitnesses(number: number, predicates: PredicateTable): Witnesses {
  const { item, slot } = predicates.predicates[number]!;
  if (item.negated) return undefined;
  const each = item.matchers.map((matcher) => matcherWitness(matcher, slot));
  if (item.all) {
    let best: Witnesses;
    for (const witness of each) best = better(best, witness === undefined ? undefined : [witness]);
    return best;
  }
  const union: Witness[] = [];
  for (const witness of each) {
    if (witness === undefined || union.length >= MAX_WITNESSES) return undefined;
    union.push(witness);
  }
  return union;
}

function matcherWitness(matcher: Matcher, slot: number): Witness | undefined {
  switch (matcher.kind) {
    case 'text': {
      if (slot < 0) {
        const literal = longestLiteral(matcher.parts);
        return literal === '' ? undefined : { kind: 'keyword', text: literal };
      }
      const equal = plainText(matcher);
      if (equal !== undefined) return { kind: 'equal', slot, text: equal };
      const literal = longestLiteral(matcher.parts);
      return literal === '' ? { kind: 'present', slot } : { kind: 'literal', slot, text: literal };
    }
    case 'null':
      return undefined;
    case 'exists':
      return matcher.expected ? { kind: 'present', slot } : undefined;
    case 'regex':
    case 'cidr':
    case 'compare':
    case 'field':
    case 'time-part':
      return slot < 0 ? undefined : { kind: 'present', slot };
  }
}

function better(a: Witnesses, b: Witnesses): Witnesses {
  if (a === undefined) return b;
  if (b === undefined) return a;
  return score(b) > score(a) ? b : a;
}

/** How much a set of alternatives is likely to keep away; the weakest alternative decides. */
function score(witnesses: readonly Witness[]): number {
  let weakest = Infinity;
  for (const witness of witnesses) weakest = Math.min(weakest, strength(witness));
  return weakest - Math.log2(witnesses.length + 1);
}

function strength(witness: Witness): number {
  switch (witness.kind) {
    case 'equal':
      return 12 + Math.min(witness.text.length, 20) / 2;
    case 'literal':
      return Math.min(witness.text.length, 20);
    case 'keyword':
      return Math.min(witness.text.length, 20) - 2;
    case 'present':
      return 0.5;
  }
}
