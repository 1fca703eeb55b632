import type { Problem } from '@mcm/detection';

/** A problem as compilers print it: `file:line:column: severity CODE: message`. */
export function problemText(problem: Problem): string {
  return `${problem.path}:${problem.line}:${problem.column}: ${problem.severity} ${problem.code}: ${problem.message}`;
}
