/** Adds up jest's JSON result; a test file that could not be run counts as one failure. */
export function countsOf(result) {
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

/** The last line of a run. */
export function countsLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** 0 when all is well; in continuous integration a test that was not run is a failure. */
export function exitCodeOf({ passed, failed, skipped }, { ci }) {
  if (failed > 0 || passed === 0) return 1;
  return ci && skipped > 0 ? 1 : 0;
}
