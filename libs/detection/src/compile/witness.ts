import type { Matcher } from '../document/selection.js';
import { GramStatistics } from './gram-statistics.js';
import type { LiteralPlace } from './literal-index.js';
import { plainText } from './matcher-test.js';
import type { PredicateTable } from './predicate-table.js';
import type { Node } from './program.js';
import { regexFacts } from './regex-facts.js';
import { neededLiterals } from './text-witness.js';

/** Something that must be true of an event for a rule to match; cheap to look up. */
export type Witness =
  /** The field has this (folded) text. */
  | { readonly kind: 'equal'; readonly slot: number; readonly text: string }
  /** A text of the field holds this (folded) literal. */
  | { readonly kind: 'literal'; readonly slot: number; readonly text: string; readonly place: LiteralPlace }
  /** Any text of the event holds this (folded) literal. */
  | { readonly kind: 'keyword'; readonly slot: -1; readonly text: string }
  /** The field is present. */
  | { readonly kind: 'present'; readonly slot: number; readonly text: '' };

/** Alternatives: at least one must be true. Undefined: nothing is known, the rule must always be evaluated. */
export type Witnesses = readonly Witness[] | undefined;

/** Most alternatives worth indexing for one rule. */
const MAX_WITNESSES = 20_000;

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
  const pool = new WitnessPool();
  const items = predicates.predicates.map(({ item, slot }) =>
    item.negated ? undefined : itemChoices(item.matchers, item.all, slot, pool),
  );
  for (const { text } of pool.witnesses) statistics.add(text);
  for (const [rule, node] of nodes.entries()) {
    eachItem(node, (predicate) => {
      for (const choice of items[predicate] ?? []) for (const number of choice) pool.countUse(number, rule);
    });
  }
  const scores = pool.witnesses.map(
    (witness, number) => strength(witness, statistics) - 1.5 * Math.log2(Math.max(1, pool.uses[number]!)),
  );
  const chooser = new WitnessChooser(items, scores);
  return {
    witnesses: nodes.map((node) => chooser.choose(node)?.numbers.map((number) => pool.witnesses[number]!)),
    statistics,
  };
}

/** Every distinct witness once, by number. */
class WitnessPool {
  readonly witnesses: Witness[] = [];
  /** How many rules name the witness. */
  readonly uses: number[] = [];
  private readonly lastRule: number[] = [];
  private readonly numbers = new Map<string, number>();

  number(witness: Witness): number {
    const place = witness.kind === 'literal' ? witness.place : '';
    const key = `${witness.kind}${place}\u0000${witness.slot}\u0000${witness.text}`;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.witnesses.length;
      this.witnesses.push(witness);
      this.uses.push(0);
      this.lastRule.push(-1);
      this.numbers.set(key, number);
    }
    return number;
  }

  countUse(number: number, rule: number): void {
    if (this.lastRule[number] === rule) return;
    this.lastRule[number] = rule;
    this.uses[number]! += 1;
  }
}

/** Conditions that are each necessary, as alternatives of witness numbers; undefined when there is none. */
type Choices = readonly (readonly number[])[] | undefined;

function itemChoices(matchers: readonly Matcher[], all: boolean, slot: number, pool: WitnessPool): Choices {
  const choices: number[][] = [];
  for (const matcher of matchers) {
    const witnesses = matcherWitnesses(matcher, slot);
    if (witnesses !== undefined) choices.push(witnesses.map((witness) => pool.number(witness)));
    else if (!all) return undefined;
  }
  if (choices.length === 0) return undefined;
  if (all) return choices;
  const together = [...new Set(choices.flat())];
  return together.length > MAX_WITNESSES ? undefined : [together];
}

function matcherWitnesses(matcher: Matcher, slot: number): Witness[] | undefined {
  const present = (): Witness[] | undefined => (slot < 0 ? undefined : [{ kind: 'present', slot, text: '' }]);
  const literals = (texts: readonly string[], place: LiteralPlace): Witness[] =>
    texts.map((text) =>
      slot < 0 ? { kind: 'keyword', slot: -1, text } : { kind: 'literal', slot, text, place },
    );
  switch (matcher.kind) {
    case 'text': {
      const equal = slot < 0 ? undefined : plainText(matcher);
      if (equal !== undefined) return [{ kind: 'equal', slot, text: equal }];
      const needed = neededLiterals(matcher.parts);
      return needed === undefined ? present() : literals(needed.texts, needed.place);
    }
    case 'null':
      return undefined;
    case 'exists':
      return matcher.expected ? present() : undefined;
    case 'regex': {
      const needed = regexFacts(matcher.source, matcher.flags).literals;
      return needed === undefined ? present() : literals(needed, 'anywhere');
    }
    case 'cidr':
    case 'compare':
    case 'field':
    case 'time-part':
      return present();
  }
}

function eachItem(node: Node, visit: (predicate: number) => void): void {
  switch (node.kind) {
    case 'item':
      visit(node.predicate);
      break;
    case 'selection':
      eachItem(node.node, visit);
      break;
    case 'not':
      break;
    case 'all':
    case 'any':
      for (const each of node.nodes) eachItem(each, visit);
      break;
  }
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

interface Choice {
  readonly numbers: readonly number[];
  readonly score: number;
}

class WitnessChooser {
  constructor(
    private readonly items: readonly Choices[],
    private readonly scores: readonly number[],
  ) {}

  /** The most telling condition that is necessary for a node. */
  choose(node: Node): Choice | undefined {
    switch (node.kind) {
      case 'selection':
        return this.choose(node.node);
      case 'not':
        return undefined;
      case 'item':
        return best((this.items[node.predicate] ?? []).map((numbers) => this.alternatives(numbers)));
      case 'all':
        return best(node.nodes.map((each) => this.choose(each)));
      case 'any': {
        const numbers = new Set<number>();
        for (const each of node.nodes) {
          const choice = this.choose(each);
          if (choice === undefined) return undefined;
          for (const number of choice.numbers) numbers.add(number);
        }
        return numbers.size > MAX_WITNESSES ? undefined : this.alternatives([...numbers]);
      }
    }
  }

  /** Alternatives let through what any of them lets through. */
  private alternatives(numbers: readonly number[]): Choice {
    let weakest = Infinity;
    for (const number of numbers) weakest = Math.min(weakest, this.scores[number]!);
    return { numbers, score: weakest - Math.log2(numbers.length) };
  }
}

function best(choices: readonly (Choice | undefined)[]): Choice | undefined {
  let winner: Choice | undefined;
  for (const choice of choices) {
    if (choice !== undefined && (winner === undefined || choice.score > winner.score)) winner = choice;
  }
  return winner;
}
