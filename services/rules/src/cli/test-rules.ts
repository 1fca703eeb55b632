import { problemLine } from '../rule-store/rule-store.js';
import { readRuleFiles } from '../rule-store/rule-files.js';
import type { RuleSandbox } from '../sandbox/rule-sandbox.js';

/** `rules test [PATH…]`: runs the tests that rule files carry. Returns the exit code: 1 when one fails. */
export async function runRuleTests(
  paths: readonly string[],
  placeholders: Record<string, string[]>,
  sandbox: RuleSandbox,
  print: (line: string) => void,
): Promise<number> {
  const files = await readRuleFiles(paths);
  const { rules, errors, problems, report } = await sandbox.run('test', { files, placeholders });
  const refused = problems.filter((problem) => problem.severity === 'error');
  for (const problem of refused) print(`refused ${problemLine(problem)}`);
  for (const result of report.results) {
    if (result.passed) continue;
    print(`FAILED ${result.path}:${result.line} ${result.ruleName}: ${result.name}`);
    for (const message of result.messages) print(`  ${message}`);
  }
  print(`${report.passed} tests passed, ${report.failed} failed, ${rules} rules`);
  return report.failed === 0 && errors === 0 ? 0 : 1;
}
