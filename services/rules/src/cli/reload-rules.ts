import type { ReloadRulesResult } from '@mcm/contracts';
import { type ApiClient, ApiRefusal } from './api-client.js';
import { problemText } from '../rule-store/problem-text.js';

/**
 * `rules reload`: has the running system read its rule files again. Returns the exit code: 1 when a document has an error
 * and the rules stay as they were.
 */
export async function reloadRules(
  api: ApiClient,
  skipFaulty: boolean,
  print: (line: string) => void,
): Promise<number> {
  try {
    const result = await api.call<ReloadRulesResult>('POST', 'rules/reload', { skip_faulty: skipFaulty });
    for (const problem of result.problems) print(problemText(problem));
    const { outcome, rules, revision, added, changed, removed } = result;
    print(
      outcome === 'unchanged'
        ? `The files are those in force: ${rules} rules, revision ${revision}`
        : `${rules} rules in force, revision ${revision}: ${added.length} added, ${changed.length} changed, ${removed.length} removed`,
    );
    return 0;
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.problems.length === 0) throw error;
    for (const problem of error.problems) print(problemText(problem));
    print('The rules in force did not change. Use --skip-faulty to load the valid documents.');
    return 1;
  }
}
