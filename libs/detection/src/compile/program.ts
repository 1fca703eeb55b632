import type { Condition } from '../document/condition.js';
import type { EventRule, FilterRule } from '../document/rule-document.js';
import type { Item, NamedSelection, Selection } from '../document/selection.js';
import { selectNames } from '../parse/parse-selections.js';
import type { PredicateTable } from './predicate-table.js';

/** The compiled form of a condition over one event. Predicates are numbers in a table shared by all rules. */
export type Node =
  | { readonly kind: 'all'; readonly nodes: readonly Node[] }
  | { readonly kind: 'any'; readonly nodes: readonly Node[] }
  | { readonly kind: 'not'; readonly node: Node }
  | { readonly kind: 'selection'; readonly name: string; readonly node: Node }
  | { readonly kind: 'item'; readonly predicate: number };

/** Compiles a rule with the filters that apply to it: every filter's condition must hold too. */
export function compileRule(rule: EventRule, predicates: PredicateTable): Node {
  const own = compileCondition(rule.condition, rule.selections, predicates);
  if (rule.filters.length === 0) return own;
  return { kind: 'all', nodes: [own, ...rule.filters.map((filter) => compileFilter(filter, predicates))] };
}

function compileFilter(filter: FilterRule, predicates: PredicateTable): Node {
  // The filter's names are its own: patterns of the rule never see them.
  const node = compileCondition(filter.condition, filter.selections, predicates);
  return { kind: 'selection', name: `filter: ${filter.title}`, node };
}

/** Compiles a condition over search identifiers. */
export function compileCondition(
  condition: Condition,
  selections: readonly NamedSelection[],
  predicates: PredicateTable,
): Node {
  const compiled = new Map<string, Node>();
  const names = selections.map(({ name }) => name);
  const selectionNode = (name: string): Node => {
    let node = compiled.get(name);
    if (node === undefined) {
      const { selection } = selections.find((each) => each.name === name)!;
      node = { kind: 'selection', name, node: compileSelection(selection, predicates) };
      compiled.set(name, node);
    }
    return node;
  };
  const compile = (part: Condition): Node => {
    switch (part.kind) {
      case 'and':
        return { kind: 'all', nodes: part.operands.map(compile) };
      case 'or':
        return { kind: 'any', nodes: part.operands.map(compile) };
      case 'not':
        return { kind: 'not', node: compile(part.operand) };
      case 'identifier':
        return selectionNode(part.name);
      case 'of': {
        const nodes = selectNames(part.pattern, names).map(selectionNode);
        if (nodes.length === 1) return nodes[0]!;
        return { kind: part.quantifier === 'all' ? 'all' : 'any', nodes };
      }
    }
  };
  return compile(condition);
}

function compileSelection(selection: Selection, predicates: PredicateTable): Node {
  switch (selection.kind) {
    case 'any':
      return { kind: 'any', nodes: selection.options.map((option) => compileSelection(option, predicates)) };
    case 'all':
      if (selection.items.length === 1) return compileItem(selection.items[0]!, predicates);
      return { kind: 'all', nodes: selection.items.map((item) => compileItem(item, predicates)) };
  }
}

function compileItem(item: Item, predicates: PredicateTable): Node {
  return { kind: 'item', predicate: predicates.add(item) };
}
