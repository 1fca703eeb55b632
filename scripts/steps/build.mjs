import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { requireWritable } from './install.mjs';
import { ROOT } from './root.mjs';
import { StepFailed } from './step-failed.mjs';

/** Folders of a package that are results, not sources. */
const RESULTS = new Set(['dist', 'node_modules', 'test-output', 'coverage', '.data']);
const STAMP = '.nx/built.json';

/** Builds every package with Nx. Does not even start Nx when no source has changed since the last build. */
export async function build(root = ROOT, { except = [] } = {}) {
  const state = fingerprint(root);
  if (except.length === 0 && isBuilt(root, state)) return;
  requireWritable(root);
  requireWritable(join(root, '.nx'));
  for (const { folder } of packagesWithBuild(root)) requireWritable(join(root, folder, 'dist'));
  console.log('· Building');
  const { code, output } = await runQuietly(
    process.execPath,
    [
      join(root, 'node_modules/nx/dist/bin/nx.js'),
      'run-many',
      '--target=build',
      ...(except.length > 0 ? [`--exclude=${except.join(',')}`] : []),
    ],
    { cwd: root, env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NO_COLOR: '1' } },
  );
  if (code !== 0) throw new StepFailed(`${output}\nThe build failed; its output is above.`);
  if (except.length > 0) return;
  mkdirSync(join(root, '.nx'), { recursive: true });
  writeFileSync(join(root, STAMP), JSON.stringify({ state }));
}

function isBuilt(root, state) {
  try {
    if (JSON.parse(readFileSync(join(root, STAMP), 'utf8')).state !== state) return false;
  } catch {
    // No stamp, or one cut by a full disk: build, which is always right.
    return false;
  }
  return packagesWithBuild(root).every(({ folder }) => existsSync(join(root, folder, 'dist')));
}

/** Changes whenever a source file is added, removed or written. */
export function fingerprint(root) {
  const hash = createHash('sha256');
  const add = (path) => {
    const { size, mtimeMs } = statSync(join(root, path));
    hash.update(`${path}\u0000${size}\u0000${mtimeMs}\n`);
  };
  const walk = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true }).sort(byName)) {
      if (RESULTS.has(entry.name)) continue;
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) add(path);
    }
  };
  hash.update(process.version);
  for (const file of ['package.json', 'package-lock.json', '.swcrc', 'scripts/build-package.mjs']) add(file);
  for (const { folder } of packagesWithBuild(root)) walk(folder);
  return hash.digest('hex');
}

function packagesWithBuild(root) {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return workspaces
    .flatMap((pattern) =>
      pattern.endsWith('/*')
        ? readdirSync(join(root, pattern.slice(0, -2))).map((name) => `${pattern.slice(0, -1)}${name}`)
        : [pattern],
    )
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .map((folder) => ({ folder, ...JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) }))
    .filter(({ scripts }) => scripts?.build !== undefined);
}

function byName(a, b) {
  return a.name < b.name ? -1 : 1;
}

/** Runs a program and keeps what it prints, to be shown if it fails. */
async function runQuietly(program, args, options) {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  }
  const [code] = await once(child, 'close');
  return { code, output };
}
