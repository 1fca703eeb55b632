/** How bad a problem is: an `error` keeps its document out of the rule set, a `warning` does not. */
export type ProblemSeverity = 'error' | 'warning';

/** Something wrong with a rule file, with its place. `line` and `column` count from 1. */
export interface Problem {
  path: string;
  line: number;
  column: number;
  severity: ProblemSeverity;
  /** Stable, `AREA.REASON`. */
  code: string;
  message: string;
}

/** A place in a rule file, counted from 1. */
export interface Place {
  line: number;
  column: number;
}

/** Gathers all problems of one document, so that all faults are reported together. */
export class ProblemList {
  readonly problems: Problem[] = [];
  private errors = 0;

  constructor(readonly path: string) {}

  /** Whether the document must stay out of the rule set. */
  get failed(): boolean {
    return this.errors > 0;
  }

  error(place: Place, code: string, message: string): void {
    this.errors += 1;
    this.problems.push({ path: this.path, ...pick(place), severity: 'error', code, message });
  }

  warning(place: Place, code: string, message: string): void {
    this.problems.push({ path: this.path, ...pick(place), severity: 'warning', code, message });
  }
}

function pick(place: Place): Place {
  return { line: place.line, column: place.column };
}

/** Orders problems as a reader meets them. */
export function compareProblems(a: Problem, b: Problem): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}
