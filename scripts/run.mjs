// npm run demo | start | seed | rules | bench: installs and builds when something is missing or has changed, then runs
// the command. Needs nothing but Node; everything else is loaded once the version of Node is known to be new enough.
import { nodeProblem } from './steps/node-version.mjs';

const problem = nodeProblem(process.version);
if (problem) {
  console.error(problem);
  process.exit(1);
}
const { runCommand } = await import('./steps/run-command.mjs');
process.exitCode = await runCommand(process.argv[2], process.argv.slice(3));
