import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { runToEnd } from './child.mjs';
import { install } from './install.mjs';
import { SEMI_SPACE } from './node-arguments.mjs';
import { ROOT } from './root.mjs';
import { reportFailure, StepFailed } from './step-failed.mjs';

/** What each command runs once everything is built; further arguments are passed on. */
export const COMMANDS = {
  demo: { program: 'services/standalone/dist/main.js', args: ['--demo'] },
  start: { program: 'services/standalone/dist/main.js', args: [] },
  'start:ingestion': { program: 'services/ingestion/dist/main.js', args: [] },
  'start:rules': { program: 'services/rules/dist/main.js', args: [] },
  'start:ai-worker': { program: 'services/ai-worker/dist/main.js', args: [] },
  'start:gateway': { program: 'services/gateway/dist/main.js', args: [] },
  'start:migrate': { program: 'libs/hosting/dist/migrate/main.js', args: [] },
  seed: { program: 'services/simulator/dist/seed-cli.js', args: [] },
  rules: { program: 'services/rules/dist/cli.js', args: [] },
  audit: { program: 'services/gateway/dist/audit-cli.js', args: [] },
  archive: { program: 'services/ingestion/dist/archive-cli.js', args: [] },
  'eval:ai': { program: 'services/ai-worker/dist/eval-cli.js', args: [] },
  bench: { program: 'bench/dist/main.js', args: [] },
};

/** Prepares the clone and runs a command; returns the exit code. */
export function runCommand(name, args) {
  return reportFailure(async () => {
    if (!Object.hasOwn(COMMANDS, name ?? '')) {
      throw new StepFailed(
        `There is no command "${name ?? ''}". Use one of: ${Object.keys(COMMANDS).join(', ')}.`,
      );
    }
    const command = COMMANDS[name];
    await install();
    await build();
    const program = join(ROOT, command.program);
    if (!existsSync(program)) throw new StepFailed(`The build left no ${command.program}.`);
    if (name === 'demo' || name.startsWith('start')) console.log('· Starting');
    const guard = new URL('./stop-with-parent.mjs', import.meta.url).href;
    return runToEnd(process.execPath, [SEMI_SPACE, '--import', guard, program, ...command.args, ...args], {
      cwd: ROOT,
      stopWithUs: true,
    });
  });
}
