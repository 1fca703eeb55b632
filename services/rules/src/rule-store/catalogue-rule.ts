import { dirname, relative, resolve, sep } from 'node:path';
import type { JsonObject, RuleProblem } from '@mcm/contracts';
import type { RuleInfo, RuleSet } from '@mcm/detection';
import type { CatalogueRule } from '@mcm/persistence';

/**
 * What the catalogue tells of loaded rules.
 *
 * @param root folder of the rules; the folders below it are the packs
 */
export function catalogueRules(
  rules: RuleSet,
  problems: readonly RuleProblem[],
  root: string,
): CatalogueRule[] {
  const problemsOf = byDocument(rules.rules, problems);
  return rules.rules.map((rule) => ({
    id: rule.id,
    name: rule.name,
    title: rule.title,
    kind: rule.kind,
    level: rule.level,
    status: rule.status ?? null,
    description: rule.description ?? null,
    pack: packOf(rule.path, root),
    path: rule.path,
    line: rule.line,
    content_hash: rule.contentHash,
    silent: rule.silent,
    tags: rule.tags,
    tests: rule.tests,
    logsource: rule.logsource === undefined ? null : { ...rule.logsource },
    correlation:
      rule.correlation === undefined
        ? null
        : {
            type: rule.correlation.type,
            threshold: { ...rule.correlation.threshold },
            group_by: [...rule.correlation.groupBy],
            timespan_seconds: rule.correlation.timespan / 1000,
            fields: [...rule.correlation.fields],
          },
    rule_references: rule.references,
    controls: controlsOf(rule.custom['compliance']),
    runbook: textOf(rule.custom['runbook']),
    metadata: rule.metadata as JsonObject,
    problems: problemsOf.get(rule) ?? [],
    source: rule.source,
  }));
}

/** The folder that a file is in, below the folder of all rules; empty for files that lie there themselves. */
function packOf(path: string, root: string): string {
  const folder = relative(resolve(root), resolve(dirname(path)));
  return folder.startsWith('..') ? '' : folder.split(sep).join('/');
}

/** A pack may write anything under a key of its own; only what has the form of controls is shown as such. */
function controlsOf(value: unknown): Record<string, string[]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const controls: Record<string, string[]> = {};
  for (const [framework, names] of Object.entries(value)) {
    if (!Array.isArray(names)) continue;
    const texts = names.filter((name) => typeof name === 'string' || typeof name === 'number').map(String);
    Object.defineProperty(controls, framework, { value: texts, enumerable: true, configurable: true });
  }
  return controls;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Problems belong to the last document that begins at or before their line. */
function byDocument(
  rules: readonly RuleInfo[],
  problems: readonly RuleProblem[],
): Map<RuleInfo, RuleProblem[]> {
  const byPath = new Map<string, RuleInfo[]>();
  for (const rule of rules) byPath.set(rule.path, [...(byPath.get(rule.path) ?? []), rule]);
  const found = new Map<RuleInfo, RuleProblem[]>();
  for (const problem of problems) {
    // What stands beside an error is not known to belong to a document that works.
    if (problem.severity === 'error') continue;
    const rule = byPath
      .get(problem.path)
      ?.filter(({ line }) => line <= problem.line)
      .at(-1);
    if (rule !== undefined) found.set(rule, [...(found.get(rule) ?? []), problem]);
  }
  return found;
}
