import { basename, dirname } from 'node:path';
import type { LoadResult, Problem, RuleInfo } from '@mcm/detection';
import { SOURCES } from '@mcm/sources';
import type { RulePack, RulePacks } from './read-packs.js';

/** The frameworks in which every finding of a pack is a control. */
const FRAMEWORKS = ['iso_27001', 'nist_800_53', 'pci_dss', 'tsc'];
const TAG = /^attack\.(t\d{4}(\.\d{3})?|[a-z-]+)$/;
const RUNBOOK = /^1\. .*\n2\. /;

/**
 * What rule files say, and what the packs that they lie in demand of them: the readers of a pack's findings are promised
 * tests, controls and a runbook. What is a warning elsewhere is an error in a pack. Rules outside of packs stay as they are.
 */
export function withPackDemands(loaded: LoadResult, packs: RulePacks): LoadResult {
  const strict = loaded.problems.map((problem) =>
    dirname(problem.path) in packs ? { ...problem, severity: 'error' as const } : problem,
  );
  const raised = loaded.problems.filter(
    ({ path, severity }) => severity === 'warning' && dirname(path) in packs,
  ).length;
  const missing = loaded.rules.rules.flatMap((rule) => missingIn(rule, packs[dirname(rule.path)]));
  return {
    rules: loaded.rules,
    problems: [...strict, ...missing],
    errors: loaded.errors + raised + missing.length,
    warnings: loaded.warnings - raised,
  };
}

function missingIn(rule: RuleInfo, pack: RulePack | undefined): Problem[] {
  if (pack === undefined) return [];
  // A rule that only serves correlations is explained through them.
  const demands = [...checkLogSource(rule, pack), ...(raises(rule) ? checkRule(rule, pack) : [])];
  return demands.map(([code, message]) => ({
    path: rule.path,
    line: rule.line,
    column: 1,
    severity: 'error',
    code,
    message,
  }));
}

type Demand = readonly [code: string, message: string];

function raises({ silent, kind }: RuleInfo): boolean {
  return !silent && kind !== 'filter';
}

function checkLogSource({ name, kind, logsource }: RuleInfo, { source }: RulePack): Demand[] {
  if (kind !== 'event') return [];
  const has = SOURCES.logSourcesOf(source).some((known) =>
    (['product', 'category', 'service'] as const).every((key) => known[key] === logsource?.[key]),
  );
  if (has) return [];
  const asked = JSON.stringify(logsource ?? {});
  return [['PACK.LOGSOURCE', `"${name}" asks for ${asked}, which no event of ${source} has`]];
}

function checkRule(rule: RuleInfo, { prefix }: RulePack): Demand[] {
  const { name, path, custom, tags, metadata } = rule;
  const faults: Demand[] = [];
  const demand = (met: boolean, code: string, message: string): void => {
    if (!met) faults.push([code, message]);
  };
  demand(
    basename(path).replace(/\.ya?ml$/i, '') === name,
    'PACK.FILE',
    `"${name}" raises findings, so its file is ${name}.yml`,
  );
  demand(name.startsWith(prefix), 'PACK.NAME', `The name "${name}" begins with "${prefix}" in this pack`);
  demand(
    FRAMEWORKS.every((framework) => isFilledList(controlsOf(custom)[framework])),
    'PACK.CONTROLS',
    `"${name}" names controls of each of ${FRAMEWORKS.join(', ')} ("compliance")`,
  );
  demand(
    typeof custom['runbook'] === 'string' && RUNBOOK.test(custom['runbook']),
    'PACK.RUNBOOK',
    `"${name}" has a runbook of numbered steps, two or more`,
  );
  demand(
    typeof custom['summary'] === 'string' && custom['summary'].includes('{'),
    'PACK.SUMMARY',
    `"${name}" has a summary with {fields} of the finding`,
  );
  demand(
    tags.every((tag) => TAG.test(tag)),
    'PACK.TAGS',
    `"${name}" has ATT&CK tags only: attack.<tactic>, attack.t<number>`,
  );
  demand(
    isFilledList(metadata['falsepositives']),
    'PACK.FALSE_POSITIVES',
    `"${name}" lists what may raise it although nothing is wrong ("falsepositives")`,
  );
  return faults;
}

function controlsOf(custom: RuleInfo['custom']): Readonly<Record<string, unknown>> {
  const compliance = custom['compliance'];
  return typeof compliance === 'object' && compliance !== null ? { ...compliance } : {};
}

function isFilledList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}
