import type { RecordView } from '../evaluate/record-view.js';
import type { PredicateTable } from './predicate-table.js';
import type { Node } from './program.js';

const YES = -1;
const NO = -2;

/**
 * Conditions as flat code, all of a detector in one array: each instruction is a predicate and where to go on when it
 * holds and when it does not. Operands are tried cheapest first, which changes no verdict.
 */
export class JumpCode {
  private readonly building: number[] = [];
  private code = new Int32Array(0);

  constructor(private readonly predicates: PredicateTable) {}

  /** Compiles a condition; answers where its code begins. */
  add(node: Node): number {
    return this.compile(node, YES, NO);
  }

  /** Makes what was added ready to run. */
  seal(): void {
    this.code = Int32Array.from(this.building);
    this.building.length = 0;
  }

  /** The verdict on the present event of the condition whose code begins here. */
  run(entry: number, view: RecordView): boolean {
    const { code, predicates } = this;
    let at = entry;
    while (at >= 0) at = code[at + (predicates.holds(code[at]!, view) ? 1 : 2)]!;
    return at === YES;
  }

  private compile(node: Node, yes: number, no: number): number {
    switch (node.kind) {
      case 'item': {
        const at = this.building.length;
        this.building.push(node.predicate, yes, no);
        return at;
      }
      case 'selection':
        return this.compile(node.node, yes, no);
      case 'not':
        return this.compile(node.node, no, yes);
      case 'all': {
        let next = yes;
        for (const each of this.cheapestLast(node.nodes)) next = this.compile(each, next, no);
        return next;
      }
      case 'any': {
        let next = no;
        for (const each of this.cheapestLast(node.nodes)) next = this.compile(each, yes, next);
        return next;
      }
    }
  }

  private cheapestLast(nodes: readonly Node[]): Node[] {
    return nodes
      .map((node) => ({ node, cost: this.cost(node) }))
      .sort((a, b) => b.cost - a.cost)
      .map(({ node }) => node);
  }

  private cost(node: Node): number {
    switch (node.kind) {
      case 'item':
        return this.predicates.predicates[node.predicate]!.cost;
      case 'selection':
      case 'not':
        return this.cost(node.node);
      case 'all':
      case 'any':
        // Usually the first of them decides.
        return Math.min(...node.nodes.map((each) => this.cost(each))) + node.nodes.length;
    }
  }
}
