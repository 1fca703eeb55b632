/** Adds up Vitest's JSON result; a test file that failed as a whole, as when it could not be loaded, counts as one failure. */
export function countsOf(result) {
  const failedWhole = result.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + failedWhole.length,
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
