import type { TextProblem } from '@/lib/api/problem';
import { countOf } from '@/lib/numbers';

/** The code of the entry that ends a list of problems when there are more than it names. */
const MORE_PROBLEMS = 'RULES.MORE_PROBLEMS';

/** How many problems a list is about: "3 errors", "more than 100 errors". */
export function describeProblems(problems: readonly TextProblem[], word: string): string {
  const named = problems.filter(({ code }) => code !== MORE_PROBLEMS).length;
  return named === problems.length ? countOf(named, word) : `more than ${countOf(named, word)}`;
}
