// npm test: installs and builds what is needed, then runs every test that this machine can run, and ends with one line
// of counts. Arguments are passed on to jest. With CI=true a skipped test is a failure.
import { nodeProblem } from './steps/node-version.mjs';

const problem = nodeProblem(process.version);
if (problem) {
  console.error(problem);
  process.exit(1);
}
const { runTests } = await import('./steps/run-tests.mjs');
process.exitCode = await runTests(process.argv.slice(2));
