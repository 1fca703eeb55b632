// npm run lint: ESLint over the workspace. The import rules read the project graph that Nx stores, so that is made first.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { runToEnd } from './steps/child.mjs';
import { install } from './steps/install.mjs';
import { ROOT } from './steps/root.mjs';
import { reportFailure } from './steps/step-failed.mjs';

process.exitCode = await reportFailure(async () => {
  await install();
  execFileSync(
    process.execPath,
    [join(ROOT, 'node_modules/nx/dist/bin/nx.js'), 'show', 'projects', '--json'],
    {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, NX_DAEMON: 'false' },
    },
  );
  const eslint = join(ROOT, 'node_modules/eslint/bin/eslint.js');
  const args = process.argv.slice(2);
  return runToEnd(process.execPath, [eslint, ...(args.length > 0 ? args : ['.'])], { cwd: ROOT });
});
