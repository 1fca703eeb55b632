import { loadRules, type Problem } from '@mcm/detection';
import { readRuleFiles } from '../rule-store/rule-files.js';

const line = (problem: Problem) =>
  `${problem.path}:${problem.line}:${problem.column}: ${problem.severity} ${problem.code}: ${problem.message}`;

/** `rules check [PATH…]`: every fault of every file at once. Returns the exit code: 1 when a rule would be refused. */
export async function checkRules(paths: readonly string[], print: (line: string) => void): Promise<number> {
  const files = await readRuleFiles(paths);
  const { rules, problems } = loadRules(files);
  for (const problem of problems) print(line(problem));
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  print(
    `${files.length} files, ${rules.rules.length} rules, ${errors} errors, ${problems.length - errors} warnings`,
  );
  return errors === 0 ? 0 : 1;
}
