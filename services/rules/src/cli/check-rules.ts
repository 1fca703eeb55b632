import { readPacks } from '../packs/read-packs.js';
import { problemText } from '../rule-store/problem-text.js';
import { readRuleFiles } from '../rule-store/rule-files.js';
import type { RuleSandbox } from '../sandbox/rule-sandbox.js';

/**
 * `rules check [PATH…]`: what is wrong with the files, the first hundred problems and the number of the others. Returns the
 * exit code: 1 when a rule would be refused, or does not meet the demands of its pack.
 */
export async function checkRules(
  paths: readonly string[],
  placeholders: Record<string, string[]>,
  sandbox: RuleSandbox,
  print: (line: string) => void,
): Promise<number> {
  const files = await readRuleFiles(paths);
  const packs = await readPacks(files);
  const { rules, errors, warnings, problems } = await sandbox.run('check', { files, placeholders, packs });
  for (const problem of problems) print(problemText(problem));
  print(`${files.length} files, ${rules} rules, ${errors} errors, ${warnings} warnings`);
  return errors === 0 ? 0 : 1;
}
