import { compareProblems, ProblemList, type Problem } from './problems/problem.js';
import { readYamlDocuments } from './parse/yaml-documents.js';
import { kindName, type Tree } from './parse/tree.js';
import type { RuleSource } from './load-rules.js';

/**
 * Reads a file that gives placeholders their values: a map of name to value or list of values, in YAML or JSON. A file
 * with a fault gives nothing, because a rule that misses one of its values would stay silent where it should speak.
 */
export function loadPlaceholders(source: RuleSource): {
  placeholders: Record<string, string[]>;
  problems: Problem[];
} {
  const { documents, problems: syntax } = readYamlDocuments(source.path, source.text);
  const list = new ProblemList(source.path);
  const placeholders: Record<string, string[]> = {};
  for (const { tree } of documents) {
    if (tree.kind !== 'map') {
      list.error(
        tree.place,
        'PLACEHOLDER.SYNTAX',
        `Placeholders are a map of names to values, not ${kindName(tree)}`,
      );
      continue;
    }
    for (const { key, keyPlace, value } of tree.entries) {
      const values = valuesOf(key, value, list);
      if (Object.hasOwn(placeholders, key)) {
        list.error(keyPlace, 'PLACEHOLDER.DUPLICATE', `The placeholder "${key}" is given twice`);
      } else if (values !== undefined) {
        Object.defineProperty(placeholders, key, { value: values, enumerable: true });
      }
    }
  }
  const problems = [...syntax, ...list.problems].sort(compareProblems);
  return {
    placeholders: problems.some(({ severity }) => severity === 'error') ? {} : placeholders,
    problems,
  };
}

function valuesOf(name: string, tree: Tree, problems: ProblemList): string[] | undefined {
  const trees = tree.kind === 'list' ? tree.items : [tree];
  if (trees.length === 0) {
    problems.error(tree.place, 'PLACEHOLDER.EMPTY', `The placeholder "${name}" has no values`);
    return undefined;
  }
  const values: string[] = [];
  for (const each of trees) {
    switch (each.kind) {
      case 'text':
        values.push(each.value);
        break;
      case 'number':
        values.push(each.source);
        break;
      case 'boolean':
        values.push(String(each.value));
        break;
      case 'null':
      case 'map':
      case 'list':
        problems.error(
          each.place,
          'PLACEHOLDER.SYNTAX',
          `A value of the placeholder "${name}" may not be ${kindName(each)}`,
        );
        return undefined;
    }
  }
  return values;
}
