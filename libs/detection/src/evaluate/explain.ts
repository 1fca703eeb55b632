import { describeMatcher } from '../compile/describe-matcher.js';
import { meets } from '../compile/matcher-test.js';
import type { PredicateTable } from '../compile/predicate-table.js';
import type { Node } from '../compile/program.js';
import { evaluate } from './evaluate.js';
import type { RecordView } from './record-view.js';

/** Why a condition held: the tree of what was looked at, with the verdict of each part. */
export type ConditionReason =
  | { kind: 'all' | 'any'; matched: boolean; reasons: ConditionReason[] }
  | { kind: 'not'; matched: boolean; reason: ConditionReason }
  | { kind: 'selection'; name: string; matched: boolean; reason: ConditionReason }
  | {
      kind: 'item';
      matched: boolean;
      /** The field as the rule names it; null for keywords. */
      field: string | null;
      /** As written in the rule, e.g. `CommandLine|contains|all`. */
      key: string;
      /** What was looked for; of a long list the entries that were met, or the first ones when none was. */
      patterns: string[];
      /** The values of the event that were met; for a part that did not hold, the values it was compared with. */
      values: (string | number | boolean | null)[];
    };

/** Longest list and longest text kept in a reason. */
const MAX_ENTRIES = 10;
const MAX_TEXT = 500;

/** Builds the reasons of a condition for the present event. Alternatives that did not hold are left out of one that did. */
export function explain(node: Node, predicates: PredicateTable, view: RecordView): ConditionReason {
  const matched = evaluate(node, predicates, view);
  switch (node.kind) {
    case 'item':
      return explainItem(node.predicate, matched, predicates, view);
    case 'selection':
      return { kind: 'selection', name: node.name, matched, reason: explain(node.node, predicates, view) };
    case 'not':
      return { kind: 'not', matched, reason: explain(node.node, predicates, view) };
    case 'all':
    case 'any': {
      const nodes =
        node.kind === 'any' && matched
          ? node.nodes.filter((each) => evaluate(each, predicates, view))
          : node.kind === 'all' && !matched
            ? node.nodes.filter((each) => !evaluate(each, predicates, view))
            : node.nodes;
      return {
        kind: node.kind,
        matched,
        reasons: nodes.slice(0, MAX_ENTRIES * 5).map((each) => explain(each, predicates, view)),
      };
    }
  }
}

function explainItem(
  number: number,
  matched: boolean,
  predicates: PredicateTable,
  view: RecordView,
): ConditionReason {
  const { item, slot } = predicates.predicates[number]!;
  const matchers = predicates.matchers(number);
  const values = slot < 0 ? view.keywords() : view.field(slot);
  const met = matchers.filter((matcher) => meets(matcher, values, view));
  const shown = met.length > 0 ? met : matchers;
  const indexes: number[] = [];
  for (let i = 0; i < values.count && indexes.length < MAX_ENTRIES; i += 1) {
    if (met.length === 0 ? slot >= 0 : met.some((matcher) => matcher.single(values, i, view)))
      indexes.push(i);
  }
  return {
    kind: 'item',
    matched,
    field: item.field,
    key: item.key,
    patterns: shown.slice(0, MAX_ENTRIES).map(({ matcher }) => shorten(describeMatcher(matcher))),
    values: indexes.map((i) => {
      const scalar = values.scalar(i);
      return typeof scalar === 'string' ? shorten(scalar) : scalar;
    }),
  };
}

function shorten(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text;
}
