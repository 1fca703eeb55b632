import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensureChromium } from './browser.mjs';
import { build } from './build.mjs';
import { runToEnd } from './child.mjs';
import { install } from './install.mjs';
import { ROOT } from './root.mjs';
import { ensureServers } from './servers.mjs';
import { reportFailure, StepFailed } from './step-failed.mjs';
import { countsLine, countsOf, exitCodeOf } from './test-counts.mjs';

/** The tests of the dashboard, which all need a browser. */
const BROWSER_TESTS = ['web/test', 'e2e/web'];
const RESULT = join(ROOT, 'test-output', 'vitest.json');

/** Runs Vitest over one tier (vitest.config.mjs), or over what `args` choose of it; returns the exit code. */
export function runTests(args) {
  return reportFailure(async () => {
    await install();
    await build();
    const notRun = [];
    const noChromium = process.env.TEST_TIER === 'soak' ? null : await ensureChromium();
    notRun.push(...(await ensureServers()));
    if (noChromium) {
      notRun.push(`The tests in a browser (${BROWSER_TESTS.join(', ')}) were not run. ${noChromium}`);
      process.env.TEST_WITHOUT = BROWSER_TESTS.join(',');
    }
    mkdirSync(join(ROOT, 'test-output'), { recursive: true });
    rmSync(RESULT, { force: true });
    console.log('· Running the tests');
    const code = await runToEnd(
      process.execPath,
      [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', ...args],
      { cwd: ROOT, env: { ...process.env, TEST_RESULT: RESULT } },
    );
    const counts = countsOf(readResult(code));
    counts.skipped += noChromium ? browserSpecs().length : 0;
    for (const sentence of notRun) console.log(sentence);
    const exitCode = exitCodeOf(counts, { ci: process.env.CI === 'true' });
    if (counts.passed === 0) console.log('No test was run.');
    else if (exitCode !== 0 && counts.failed === 0)
      console.log('With CI=true a test that is not run is a failure.');
    console.log(countsLine(counts));
    return exitCode === 0 && code !== 0 ? code : exitCode;
  });
}

function readResult(code) {
  try {
    return JSON.parse(readFileSync(RESULT, 'utf8'));
  } catch {
    throw new StepFailed(`Vitest ended with exit code ${code} and left no result.\n0 passed, 1 failed`);
  }
}

/** Test files that need a browser. */
function browserSpecs() {
  return BROWSER_TESTS.flatMap((folder) => readdirSync(join(ROOT, folder))).filter((name) =>
    name.endsWith('.spec.ts'),
  );
}
