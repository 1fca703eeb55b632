import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nodeProblem } from './node-version.mjs';
import { countsLine, countsOf, exitCodeOf } from './test-counts.mjs';

it.each([
  ['v20.19.0', true],
  ['v20.20.2', true],
  ['v22.0.0', true],
  ['v20.18.3', false],
  ['v18.20.4', false],
])('Node %s: new enough? %s', (version, enough) => {
  if (enough) expect(nodeProblem(version)).toBeNull();
  else
    expect(nodeProblem(version)).toBe(
      `Node 20.19 or newer is needed; this is ${version}. Install it from https://nodejs.org and try again.`,
    );
});

it('a command that does not exist is answered with those that do', () => {
  const run = spawnSync(process.execPath, [fileURLToPath(new URL('../run.mjs', import.meta.url)), 'dance'], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect(run.status).toBe(1);
  expect(run.stderr.trim()).toBe(
    'There is no command "dance". Use one of: demo, start, start:ingestion, start:rules, start:ai-worker, ' +
      'start:gateway, start:migrate, seed, rules, audit, archive, eval:ai, bench.',
  );
});

describe('the counts of a test run', () => {
  const result = {
    numPassedTests: 10,
    numFailedTests: 1,
    numPendingTests: 3,
    numTodoTests: 1,
    testResults: [
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
      { status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] },
      // Could not be loaded, and a hook before all tests that failed.
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{ status: 'skipped' }] },
    ],
  };

  it('count a file that could not be run as a failure, and what is left to do as skipped', () => {
    expect(countsOf(result)).toEqual({ passed: 10, failed: 3, skipped: 4 });
    expect(countsLine(countsOf(result))).toBe('10 passed, 3 failed, 4 skipped');
    expect(countsLine({ passed: 10, failed: 0, skipped: 0 })).toBe('10 passed, 0 failed');
  });

  it('fail the run for a failure, for nothing run at all, and in continuous integration for anything skipped', () => {
    const clean = { passed: 5, failed: 0, skipped: 0 };
    expect(exitCodeOf(clean, { ci: true })).toBe(0);
    expect(exitCodeOf({ ...clean, failed: 1 }, { ci: false })).toBe(1);
    expect(exitCodeOf({ ...clean, passed: 0 }, { ci: false })).toBe(1);
    expect(exitCodeOf({ ...clean, skipped: 1 }, { ci: false })).toBe(0);
    expect(exitCodeOf({ ...clean, skipped: 1 }, { ci: true })).toBe(1);
  });
});
