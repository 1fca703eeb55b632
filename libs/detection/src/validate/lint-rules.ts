import type { Condition } from '../document/condition.js';
import type { CorrelationRule, EventRule, RuleDocument } from '../document/rule-document.js';
import type { ParsedDocument } from '../parse/parse-rules.js';
import type { ProblemList } from '../problems/problem.js';
import { silentRules } from '../rule-set.js';
import { lintFields } from './lint-fields.js';
import { lintSelections } from './lint-selections.js';

/** Warnings about rules that load but could be better: missing tests, controls, descriptions, odd conditions. */
export function lintRules(parsed: readonly ParsedDocument[]): void {
  const ours = new Set(
    parsed.flatMap(({ rule }) => (rule !== undefined && isOurs(rule) ? [packOf(rule)] : [])),
  );
  const parts = silentRules(parsed.flatMap(({ rule }) => (rule === undefined ? [] : [rule])));
  for (const { rule, problems } of parsed) {
    if (rule === undefined || problems.failed) continue;
    const own = ours.has(packOf(rule));
    if (own && rule.kind !== 'correlation') lintSelections(rule, problems);
    if (rule.kind === 'filter') {
      if (!hasNot(rule.condition)) {
        problems.warning(
          rule.place,
          'FILTER.POLARITY',
          'The condition of a filter is added to the rule with "and"; one that lets exceptions through reads "not …"',
        );
      }
      continue;
    }
    // A rule that only serves correlations is tested, and explained to auditors, through them.
    lintRule(rule, problems, own && !parts.has(rule.id) && !parts.has(rule.name ?? rule.id));
  }
  lintFields(
    parsed.flatMap(({ rule, problems }) =>
      rule === undefined || problems.failed ? [] : [{ rule, problems }],
    ),
  );
}

/** The folder of a rule. */
function packOf({ path }: RuleDocument): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/'), path.lastIndexOf('\\')));
}

/** Whether the rule uses the keys we ask for; rules of other packs are not told to have them. */
function isOurs(rule: RuleDocument): boolean {
  return rule.kind !== 'filter' && ('tests' in rule.custom || 'compliance' in rule.custom);
}

function lintRule(rule: EventRule | CorrelationRule, problems: ProblemList, ours: boolean): void {
  if (rule.description === undefined || rule.description.trim() === '') {
    problems.warning(rule.place, 'RULE.NO_DESCRIPTION', `"${rule.title}" has no description`);
  }
  if (rule.level === undefined) {
    problems.warning(rule.place, 'RULE.NO_LEVEL', `"${rule.title}" has no level; it counts as medium`);
  }
  if (!ours) return;
  if (rule.tests.length === 0) {
    problems.warning(rule.place, 'TEST.NONE', `"${rule.title}" has no tests`);
  } else {
    if (!rule.tests.some(({ expect }) => expect.match)) {
      problems.warning(rule.place, 'TEST.NO_POSITIVE', `No test of "${rule.title}" expects a match`);
    }
    if (rule.tests.every(({ expect }) => expect.match)) {
      problems.warning(rule.place, 'TEST.NO_NEGATIVE', `No test of "${rule.title}" expects no match`);
    }
  }
  if (!('compliance' in rule.custom)) {
    problems.warning(rule.place, 'RULE.NO_CONTROLS', `"${rule.title}" names no controls ("compliance")`);
  }
}

function hasNot(condition: Condition): boolean {
  switch (condition.kind) {
    case 'not':
      return true;
    case 'and':
    case 'or':
      return condition.operands.some(hasNot);
    case 'identifier':
    case 'of':
      return false;
  }
}
