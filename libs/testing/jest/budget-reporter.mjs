// Keeps `npm test` short: names the files that take longer than their budget.

/** Seconds of one test file. */
const BUDGET_S = 20;

export default class BudgetReporter {
  #over = [];

  onTestFileResult({ path }, { perfStats }) {
    const seconds = perfStats.runtime / 1000;
    if (seconds > BUDGET_S) this.#over.push(`${seconds.toFixed(1)} s  ${path}`);
  }

  onRunComplete() {
    if (this.#over.length === 0) return;
    const advice = 'make them faster, or move what is long into a *.soak.spec.ts';
    process.stderr.write(
      `\nFiles over their budget of ${BUDGET_S} s (${advice}):\n${this.#over.join('\n')}\n`,
    );
  }
}
