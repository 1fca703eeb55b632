import type { Matcher } from '../document/selection.js';
import { GramStatistics } from './gram-statistics.js';
import { plainText, type PredicateTable } from './predicate.js';
import type { Node } from './program.js';
import { regexLiteral } from './regex-literal.js';
import { longestLiteral } from './text-test.js';

/** Something that must be true of an event for a rule to match; cheap to look up. */
export type Witness =
  /** The field has this (folded) text. */
  | { readonly kind: 'equal'; readonly slot: number; readonly text: string }
  /** A text of the field holds this (folded) literal. */
  | { readonly kind: 'literal'; readonly slot: number; readonly text: string }
  /** Any text of the event holds this (folded) literal. */
  | { readonly kind: 'keyword'; readonly slot: -1; readonly text: string }
  /** The field is present. */
  | { readonly kind: 'present'; readonly slot: number; readonly text: '' };

/** Alternatives: at least one must be true. Undefined: nothing is known, the rule must always be evaluated. */
export type Witnesses = readonly Witness[] | undefined;

/** Most alternatives worth indexing for one rule. */
const MAX_WITNESSES = 20_000;
/** Of longer literals only the last characters are looked up. */
const LITERAL_LENGTH = 40;

/** The necessary conditions of rules, and what was learned about the texts in them. */
export interface DerivedWitnesses {
  /** In the order of the rules. */
  readonly witnesses: readonly Witnesses[];
  readonly statistics: GramStatistics;
}

/**
 * Derives for each rule a necessary condition: the most telling one there is. What many rules ask for is common in
 * events too, so it tells little.
 */
export function deriveWitnesses(nodes: readonly Node[], predicates: PredicateTable): DerivedWitnesses {
  const statistics = new GramStatistics();
  const items = predicates.predicates.map((_, number) => itemWitnesses(number, predicates));
  const uses = new Map<string, number>();
  for (const item of items) for (const { text } of item?.witnesses ?? []) statistics.add(text);
  for (const node of nodes) {
    const texts = new Set<string>();
    collectTexts(node, items, texts);
    for (const text of texts) uses.set(text, (uses.get(text) ?? 0) + 1);
  }
  const scores = items.map((each) =>
    each?.witnesses.map(
      (witness) => strength(witness, statistics) - 1.5 * Math.log2(uses.get(keyOf(witness)) ?? 1),
    ),
  );
  return { witnesses: nodes.map((node) => choose(node, items, scores)?.witnesses), statistics };
}

interface Item {
  /** Alternatives, or when `all` is set: each of them is necessary. */
  readonly witnesses: readonly Witness[];
  readonly all: boolean;
}
interface Choice {
  readonly witnesses: readonly Witness[];
  readonly score: number;
}

function itemWitnesses(number: number, predicates: PredicateTable): Item | undefined {
  const { item, slot } = predicates.predicates[number]!;
  if (item.negated) return undefined;
  const witnesses: Witness[] = [];
  for (const matcher of item.matchers) {
    const witness = matcherWitness(matcher, slot);
    if (witness !== undefined) witnesses.push(witness);
    else if (!item.all) return undefined;
    if (witnesses.length > MAX_WITNESSES) return undefined;
  }
  return witnesses.length === 0 ? undefined : { witnesses, all: item.all };
}

function matcherWitness(matcher: Matcher, slot: number): Witness | undefined {
  switch (matcher.kind) {
    case 'text': {
      const equal = slot < 0 ? undefined : plainText(matcher);
      if (equal !== undefined) return { kind: 'equal', slot, text: equal };
      const literal = longestLiteral(matcher.parts).slice(-LITERAL_LENGTH);
      if (literal !== '') {
        return slot < 0
          ? { kind: 'keyword', slot: -1, text: literal }
          : { kind: 'literal', slot, text: literal };
      }
      return slot < 0 ? undefined : { kind: 'present', slot, text: '' };
    }
    case 'null':
      return undefined;
    case 'exists':
      return matcher.expected ? { kind: 'present', slot, text: '' } : undefined;
    case 'regex': {
      const literal = regexLiteral(matcher.source, matcher.flags).slice(-LITERAL_LENGTH);
      if (literal !== '') {
        return slot < 0
          ? { kind: 'keyword', slot: -1, text: literal }
          : { kind: 'literal', slot, text: literal };
      }
      return slot < 0 ? undefined : { kind: 'present', slot, text: '' };
    }
    case 'cidr':
    case 'compare':
    case 'field':
    case 'time-part':
      return slot < 0 ? undefined : { kind: 'present', slot, text: '' };
  }
}

function collectTexts(node: Node, items: readonly (Item | undefined)[], texts: Set<string>): void {
  switch (node.kind) {
    case 'item':
      for (const witness of items[node.predicate]?.witnesses ?? []) texts.add(keyOf(witness));
      break;
    case 'selection':
      collectTexts(node.node, items, texts);
      break;
    case 'not':
      break;
    case 'all':
    case 'any':
      for (const each of node.nodes) collectTexts(each, items, texts);
      break;
  }
}

function keyOf({ kind, slot, text }: Witness): string {
  return `${kind}\u0000${slot}\u0000${text}`;
}

/** About how many bits the sight of a witness tells. */
function strength(witness: Witness, statistics: GramStatistics): number {
  switch (witness.kind) {
    case 'equal':
      return 14;
    case 'literal':
      return statistics.rarest(witness.text).bits;
    case 'keyword':
      return statistics.rarest(witness.text).bits - 3;
    case 'present':
      return 0;
  }
}

function choose(
  node: Node,
  items: readonly (Item | undefined)[],
  scores: readonly (readonly number[] | undefined)[],
): Choice | undefined {
  switch (node.kind) {
    case 'selection':
      return choose(node.node, items, scores);
    case 'not':
      return undefined;
    case 'item': {
      const item = items[node.predicate];
      const values = scores[node.predicate];
      if (item === undefined || values === undefined) return undefined;
      if (item.all) {
        let best = 0;
        for (let i = 1; i < values.length; i += 1) if (values[i]! > values[best]!) best = i;
        return { witnesses: [item.witnesses[best]!], score: values[best]! };
      }
      // The alternatives let through what any of them lets through.
      return { witnesses: item.witnesses, score: joined(values) };
    }
    case 'all': {
      let best: Choice | undefined;
      for (const each of node.nodes) {
        const choice = choose(each, items, scores);
        if (choice !== undefined && (best === undefined || choice.score > best.score)) best = choice;
      }
      return best;
    }
    case 'any': {
      const witnesses: Witness[] = [];
      const values: number[] = [];
      for (const each of node.nodes) {
        const choice = choose(each, items, scores);
        if (choice === undefined || witnesses.length + choice.witnesses.length > MAX_WITNESSES)
          return undefined;
        witnesses.push(...choice.witnesses);
        values.push(choice.score);
      }
      return { witnesses, score: joined(values) };
    }
  }
}

function joined(scores: readonly number[]): number {
  let weakest = Infinity;
  for (const each of scores) weakest = Math.min(weakest, each);
  return weakest - Math.log2(scores.length);
}
