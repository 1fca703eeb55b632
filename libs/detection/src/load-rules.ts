import type { Placeholders } from './modifiers/build-item.js';
import { parseRule, type ParsedDocument } from './parse/parse-rules.js';
import { readYamlDocuments } from './parse/yaml-documents.js';
import { compareProblems, type Problem } from './problems/problem.js';
import { RuleSet } from './rule-set.js';
import { lintRules } from './validate/lint-rules.js';
import { resolveRules } from './validate/resolve-rules.js';

/** A rule file as text. The path is only used to name it. */
export interface RuleSource {
  path: string;
  text: string;
}

export interface LoadOptions {
  /** Values for `%name%` in items with the modifier `expand`. */
  placeholders?: Placeholders;
}

/**
 * Reads rule files (YAML, several documents each). Every fault of every file is reported at once; a document with an
 * error is left out, all others work. Never throws because of what a file says.
 */
export function loadRules(
  sources: readonly RuleSource[],
  options: LoadOptions = {},
): { rules: RuleSet; problems: Problem[] } {
  const problems: Problem[] = [];
  const parsed: ParsedDocument[] = [];
  for (const { path, text } of sources) {
    const file = readYamlDocuments(path, text);
    problems.push(...file.problems);
    for (const document of file.documents) parsed.push(parseRule(document, options.placeholders ?? {}));
  }
  const rules = new RuleSet(resolveRules(parsed));
  lintRules(parsed);
  for (const document of parsed) problems.push(...document.problems.problems);
  return { rules, problems: problems.sort(compareProblems) };
}
