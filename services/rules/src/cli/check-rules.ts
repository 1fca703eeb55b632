import { loadRules } from '@mcm/detection';
import { problemText } from '../rule-store/problem-text.js';
import { readRuleFiles } from '../rule-store/rule-files.js';

/** `rules check [PATH…]`: every fault of every file at once. Returns the exit code: 1 when a rule would be refused. */
export async function checkRules(
  paths: readonly string[],
  placeholders: Record<string, string[]>,
  print: (line: string) => void,
): Promise<number> {
  const files = await readRuleFiles(paths);
  const { rules, problems } = loadRules(files, { placeholders });
  for (const problem of problems) print(problemText(problem));
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  print(
    `${files.length} files, ${rules.rules.length} rules, ${errors} errors, ${problems.length - errors} warnings`,
  );
  return errors === 0 ? 0 : 1;
}
