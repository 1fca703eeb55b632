import type { Placeholders } from './modifiers/placeholders.js';
import { parseRule, type ParsedDocument } from './parse/parse-rules.js';
import { readYamlDocuments } from './parse/yaml-documents.js';
import { compareProblems, ProblemList, type Problem } from './problems/problem.js';
import { DOCUMENT_PROBLEMS_SHOWN, shownProblems } from './problems/shown-problems.js';
import { RuleSet } from './rule-set.js';
import { SizeBudget } from './rule-size.js';
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
  /**
   * Rules that the sources may refer to and whose filters apply to them. A document of the sources takes the place of
   * one here with the same id or name. What is wrong with these rules is not reported again.
   */
  base?: RuleSet;
}

/** What rule files say. */
export interface LoadResult {
  /** The documents without an error. */
  rules: RuleSet;
  /** In the order of files and lines; of one document the first 50, errors before warnings, and how many more it has. */
  problems: Problem[];
  /** All problems, those that are not named too. */
  errors: number;
  warnings: number;
}

/**
 * Reads rule files (YAML, several documents each). The faults of all files are reported together; a document with an
 * error is left out, all others work. Never throws because of what a file says.
 */
export function loadRules(sources: readonly RuleSource[], options: LoadOptions = {}): LoadResult {
  const problems: Problem[] = [];
  const reading = {
    placeholders: options.placeholders ?? {},
    budget: new SizeBudget(options.base?.weight),
  };
  const parsed: ParsedDocument[] = [];
  for (const { path, text } of sources) {
    const file = readYamlDocuments(path, text);
    problems.push(...file.problems);
    for (const document of file.documents) parsed.push(parseRule(document, reading));
  }
  const rules = new RuleSet(resolveRules([...parsed, ...taken(options.base, parsed)], reading.budget));
  lintRules(parsed);
  let [errors, warnings] = [0, 0];
  const count = (of: readonly Problem[]): void => {
    for (const { severity } of of) {
      if (severity === 'error') errors += 1;
      else warnings += 1;
    }
  };
  count(problems);
  for (const document of parsed) {
    count(document.problems.problems);
    problems.push(...shownProblems(document.problems.problems, DOCUMENT_PROBLEMS_SHOWN));
  }
  return { rules, problems: problems.sort(compareProblems), errors, warnings };
}

/** The documents of a base that nothing here takes the place of, as they were before they were resolved. */
function taken(base: RuleSet | undefined, parsed: readonly ParsedDocument[]): ParsedDocument[] {
  if (base === undefined) return [];
  const ids = new Set(parsed.map(({ rule }) => rule?.id));
  const names = new Set(parsed.flatMap(({ rule }) => rule?.name ?? []));
  return base.documents
    .filter(({ id, name }) => !ids.has(id) && (name === undefined || !names.has(name)))
    .map((document) => ({
      rule: document.kind === 'event' ? { ...document, filters: [] } : document,
      problems: new ProblemList(document.path),
    }));
}
