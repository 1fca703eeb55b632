// npm test: installs and builds what is needed, then runs every test that this machine can run, and ends with one line
// of counts. Arguments are passed on to Vitest. With CI=true a skipped test is a failure. npm run test:soak (--soak) runs
// the long tests instead.
import { nodeProblem } from './steps/node-version.mjs';

const problem = nodeProblem(process.version);
if (problem) {
  console.error(problem);
  process.exit(1);
}
const { runTests } = await import('./steps/run-tests.mjs');
const args = process.argv.slice(2);
if (args[0] === '--soak') {
  args.shift();
  process.env.TEST_TIER = 'soak';
  process.env.TEST_EFFORT ??= '10';
}
process.exitCode = await runTests(args);
