import type { PredicateTable } from '../compile/predicate-table.js';
import type { Node } from '../compile/program.js';
import type { RecordView } from './record-view.js';

/** The verdict of a compiled condition on the present event. */
export function evaluate(node: Node, predicates: PredicateTable, view: RecordView): boolean {
  switch (node.kind) {
    case 'item':
      return predicates.holds(node.predicate, view);
    case 'selection':
      return evaluate(node.node, predicates, view);
    case 'not':
      return !evaluate(node.node, predicates, view);
    case 'all':
      for (const each of node.nodes) if (!evaluate(each, predicates, view)) return false;
      return true;
    case 'any':
      for (const each of node.nodes) if (evaluate(each, predicates, view)) return true;
      return false;
  }
}
