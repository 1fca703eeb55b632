import type { Problem } from './problem.js';

/** Most problems that one answer names. */
export const PROBLEMS_SHOWN = 100;
/** Most problems that are named of one document. */
export const DOCUMENT_PROBLEMS_SHOWN = 50;

/** Represents the problems that are not listed, at the place of the first one. */
export const MORE_PROBLEMS = 'RULES.MORE_PROBLEMS';

/** The problems that one answer names: all, or the first errors, then warnings, and last how many others there are. */
export function shownProblems(problems: readonly Problem[], most: number = PROBLEMS_SHOWN): Problem[] {
  if (problems.length <= most) return [...problems];
  const errors = problems.filter(({ severity }) => severity === 'error');
  const warnings = problems.filter(({ severity }) => severity === 'warning');
  const shown = [...errors.slice(0, most), ...warnings.slice(0, Math.max(0, most - errors.length))];
  const moreErrors = errors.slice(most);
  const moreWarnings = warnings.slice(Math.max(0, most - errors.length));
  const { path, line, column } = (moreErrors[0] ?? moreWarnings[0])!;
  return [
    ...shown,
    {
      path,
      line,
      column,
      severity: moreErrors.length > 0 ? 'error' : 'warning',
      code: MORE_PROBLEMS,
      message: `From here on ${moreErrors.length} more errors and ${moreWarnings.length} more warnings are not named`,
    },
  ];
}
