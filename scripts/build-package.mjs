// Builds one package: every TypeScript file of src/ becomes a JavaScript file (with source map) in dist/, other
// files are copied. Types are not checked here (`npm run typecheck` does), which keeps a first start short.
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { transformFile } from '@swc/core';

const packageDir = process.cwd();
const root = resolve(import.meta.dirname, '..');
const src = join(packageDir, 'src');
const dist = join(packageDir, 'dist');
const isTest = (name) => /\.(int\.)?spec\.tsx?$/.test(name);

await rm(dist, { recursive: true, force: true });
for (const entry of await readdir(src, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || isTest(entry.name)) continue;
  const from = join(entry.parentPath, entry.name);
  const to = join(dist, relative(src, from));
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
