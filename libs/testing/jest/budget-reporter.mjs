// Keeps `npm test` short: names the files that take longer than their budget.

/** Seconds of one test file on two quiet cores. */
const BUDGET_S = 20;

/**
 * Warns of files over {@link BUDGET_S}. Where TEST_BUDGET_S gives the seconds that suit the machine, a file over them
 * fails the run.
 */
export default class BudgetReporter {
  #limit = Number(process.env.TEST_BUDGET_S || BUDGET_S);
  #fails = Boolean(process.env.TEST_BUDGET_S);
  #over = [];

  constructor() {
    if (!(this.#limit > 0))
      throw new Error(`TEST_BUDGET_S must be a number of seconds, not "${process.env.TEST_BUDGET_S}".`);
  }

  onTestFileResult({ path }, { perfStats }) {
    const seconds = perfStats.runtime / 1000;
    if (seconds > this.#limit) this.#over.push(`${seconds.toFixed(1)} s  ${path}`);
  }

  onRunComplete() {
    if (this.#over.length > 0) process.stderr.write(`\n${this.#report()}\n`);
  }

  /** Asked by jest after the run: an error makes it fail. */
  getLastError() {
    return this.#fails && this.#over.length > 0 ? new Error(this.#report()) : undefined;
  }

  #report() {
    const advice = 'make them faster, or move what is long into a *.soak.spec.ts';
    return `Files over their budget of ${this.#limit} s (${advice}):\n${this.#over.join('\n')}`;
  }
}
