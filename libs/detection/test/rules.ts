import { loadRules, type Problem, type RuleSet } from '../src/index.js';

/** Loads one rule file; a fault that was not expected fails the test. */
export function rulesOf(text: string, placeholders: Record<string, string[]> = {}): RuleSet {
  const { rules, problems } = loadRules([{ path: 'rules.yml', text }], { placeholders });
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors, undefined, 1));
  return rules;
}

/** The problems of one rule file. */
export function problemsOf(text: string): Problem[] {
  return loadRules([{ path: 'rules.yml', text }]).problems;
}

/** A rule over single events with the given detection block (YAML, not indented). */
export function eventRule(name: string, detection: string): string {
  return `title: ${name}
name: ${name}
description: for a test
level: medium
logsource: { product: test }
detection:
${detection.replace(/^/gm, '  ')}
`;
}

/** A rule that matches events whose `kind` is the given word. */
export function kindRule(name: string, kind = name): string {
  return eventRule(name, `selection: { kind: ${kind} }\ncondition: selection`);
}

/** A correlation with the given block (YAML, not indented). */
export function correlationRule(name: string, correlation: string, more = ''): string {
  return `title: ${name}
name: ${name}
description: for a test
level: high
correlation:
${correlation.replace(/^/gm, '  ')}
${more}`;
}

/** Documents of one file. */
export function documents(...texts: string[]): string {
  return texts.join('\n---\n');
}
