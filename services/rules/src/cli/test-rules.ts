import { loadRules, testRules } from '@mcm/detection';
import { problemLine } from '../rule-store/rule-store.js';
import { readRuleFiles } from '../rule-store/rule-files.js';

/** `rules test [PATH…]`: runs the tests that rule files carry. Returns the exit code: 1 when one fails. */
export async function runRuleTests(
  paths: readonly string[],
  placeholders: Record<string, string[]>,
  print: (line: string) => void,
): Promise<number> {
  const { rules, problems } = loadRules(await readRuleFiles(paths), { placeholders });
  const refused = problems.filter((problem) => problem.severity === 'error');
  for (const problem of refused) print(`refused ${problemLine(problem)}`);
  const report = testRules(rules);
  for (const result of report.results) {
    if (result.passed) continue;
    print(`FAILED ${result.path}:${result.line} ${result.ruleName}: ${result.name}`);
    for (const message of result.messages) print(`  ${message}`);
  }
  print(`${report.passed} tests passed, ${report.failed} failed, ${rules.rules.length} rules`);
  return report.failed === 0 && refused.length === 0 ? 0 : 1;
}
