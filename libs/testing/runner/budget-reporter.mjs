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

  onTestModuleEnd(module) {
    const seconds = module.diagnostic().duration / 1000;
    if (seconds > this.#limit) this.#over.push(`${seconds.toFixed(1)} s  ${module.relativeModuleId}`);
  }

  onTestRunEnd() {
    if (this.#over.length === 0) return;
    const advice = 'make them faster, or move what is long into a *.soak.spec.ts';
    process.stderr.write(
      `\nFiles over their budget of ${this.#limit} s (${advice}):\n${this.#over.join('\n')}\n`,
    );
    if (this.#fails) process.exitCode = 1;
  }
}
