// Builds one package: every TypeScript file of src/ becomes a JavaScript file (with source map) in dist/, other
// files are copied. Types are not checked here (`npm run typecheck` does), which keeps a first start short. The result
// takes the place of an older dist/ in one step, so that a process which starts meanwhile finds all of one of them.
import { cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { transformFile } from '@swc/core';

const packageDir = process.cwd();
const root = resolve(import.meta.dirname, '..');
const src = join(packageDir, 'src');
const dist = join(packageDir, 'dist');
const isTest = (name) => /\.(int\.)?spec\.tsx?$/.test(name);

const draft = join(root, '.nx', 'building', `${basename(packageDir)}-${process.pid}`);
await mkdir(draft, { recursive: true });
for (const entry of await readdir(src, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || isTest(entry.name)) continue;
  const from = join(entry.parentPath, entry.name);
  const to = join(draft, relative(src, from));
  await mkdir(dirname(to), { recursive: true });
  if (!entry.name.endsWith('.ts')) {
    await cp(from, to);
    continue;
  }
  const { code, map } = await transformFile(from, { configFile: join(root, '.swcrc'), sourceFileName: from });
  const js = to.replace(/\.ts$/, '.js');
  await writeFile(js, `${code}\n//# sourceMappingURL=${js.slice(js.lastIndexOf('/') + 1)}.map\n`);
  if (map) await writeFile(`${js}.map`, map);
}

await rm(`${draft}.old`, { recursive: true, force: true });
await rename(dist, `${draft}.old`).catch((error) => {
  if (error.code !== 'ENOENT') throw error;
});
await rename(draft, dist);
await rm(`${draft}.old`, { recursive: true, force: true });
