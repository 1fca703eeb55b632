// npm run generate: writes the OpenAPI document of the gateway, from it the types of the dashboard's client, and the table
// of sources in docs/sources.md.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from './steps/build.mjs';
import { runToEnd } from './steps/child.mjs';
import { install, npmCommand } from './steps/install.mjs';
import { ROOT } from './steps/root.mjs';
import { reportFailure, StepFailed } from './steps/step-failed.mjs';

process.exitCode = await reportFailure(async () => {
  await install();
  // The dashboard is left out: it may not build before its client is written.
  await build(ROOT, { except: ['@mcm/web'] });
  await mustSucceed(process.execPath, [join(ROOT, 'services/gateway/dist/openapi/write-openapi.js')]);
  console.log('· Wrote services/gateway/openapi.json');
  const npm = npmCommand(process.env);
  await mustSucceed(
    npm.program,
    [...npm.args, 'run', 'generate', '--workspace=@mcm/web', '--silent'],
    npm.shell,
  );
  console.log('· Wrote web/src/lib/api/schema.d.ts');
  await writeSourceTable();
  console.log('· Wrote the table in docs/sources.md');
  return 0;
});

async function writeSourceTable() {
  const { SOURCES, sourceTable } = await import(new URL('../libs/sources/dist/index.js', import.meta.url));
  const path = join(ROOT, 'docs/sources.md');
  const text = await readFile(path, 'utf8');
  const marks = /(<!-- written by npm run generate -->\n\n).*?(\n\n<!-- to here -->)/s;
  if (!marks.test(text)) throw new StepFailed('docs/sources.md has lost the marks around its table.');
  const written = text.replace(marks, (_, before, after) => before + sourceTable(SOURCES) + after);
  if (written !== text) await writeFile(path, written);
}

async function mustSucceed(program, args, shell = false) {
  const code = await runToEnd(program, args, { cwd: ROOT, shell });
  if (code !== 0) throw new StepFailed(`${args.at(-1)} ended with exit code ${code}.`);
}
