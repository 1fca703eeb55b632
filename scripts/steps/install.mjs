import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { runToEnd } from './child.mjs';
import { ROOT } from './root.mjs';
import { StepFailed } from './step-failed.mjs';

const TICK_MS = 20_000;

/** Written after an installation; npm empties the folder before the next one. */
const STAMP = 'node_modules/.installed';

/** Runs `npm ci` unless node_modules holds just what package-lock.json says. */
export async function install(root = ROOT) {
  if (isInstalled(root)) return;
  for (const folder of [root, join(root, 'node_modules')]) requireWritable(folder);
  console.log(
    existsSync(join(root, 'node_modules'))
      ? '· Installing packages: they have changed'
      : '· Installing packages (the first time only, a minute or two)',
  );
  const started = performance.now();
  const tick = setInterval(() => {
    console.log(`  still installing (${Math.round((performance.now() - started) / 1000)} s)`);
  }, TICK_MS);
  const npm = npmCommand(process.env);
  let code;
  try {
    code = await runToEnd(
      npm.program,
      [
        ...npm.args,
        'ci',
        '--include=dev',
        '--include=optional',
        '--loglevel=error',
        '--no-fund',
        '--no-audit',
      ],
      { cwd: root, shell: npm.shell },
    );
  } finally {
    clearInterval(tick);
  }
  if (code !== 0) {
    throw new StepFailed(`npm could not install the packages (exit code ${code}); it says why above.`);
  }
  writeFileSync(join(root, STAMP), lockHash(root));
}

/** True after a whole installation of the present lock, by this script or by npm itself. */
export function isInstalled(root) {
  const missing = missingPackages(root);
  if (missing.length === 0) return true;
  const stamp = join(root, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash(root);
}

function lockHash(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** The npm that runs this script, so that its settings hold; the one on the PATH when run without npm. */
export function npmCommand(environment) {
  const path = environment.npm_execpath;
  if (path && /npm-cli\.c?js$/.test(path)) return { program: process.execPath, args: [path], shell: false };
  return { program: 'npm', args: [], shell: process.platform === 'win32' };
}

/**
 * Packages of package-lock.json that this machine needs and node_modules lacks, or has in another version. npm writes
 * what it has installed, as its last step, to node_modules/.package-lock.json.
 */
export function missingPackages(root) {
  const wanted = readLock(join(root, 'package-lock.json'));
  if (wanted === null)
    throw new StepFailed(`There is no package-lock.json in ${root}: this is not a whole clone.`);
  const installed = readLock(join(root, 'node_modules', '.package-lock.json')) ?? {};
  return Object.entries(wanted)
    .filter(([path, entry]) => path.includes('node_modules/') && isForThisMachine(entry))
    .filter(
      ([path, entry]) =>
        // A link leads to a package of the workspace, which has no version of its own in the lock.
        (!entry.link && installed[path]?.version !== entry.version) || !existsSync(join(root, path)),
    )
    .map(([path]) => path);
}

function isForThisMachine({ extraneous, optional, os, cpu, libc }) {
  if (extraneous) return false;
  // Whether an optional package without a platform is installed depends on others; npm decides.
  if (optional && !os && !cpu) return false;
  // Which C library a machine has is not worth finding out; what is missing fails in the build with a name.
  if (libc) return false;
  return allows(os, process.platform) && allows(cpu, process.arch);
}

function allows(list, value) {
  return (
    !list ||
    list.includes(value) ||
    (list.every((item) => item.startsWith('!')) && !list.includes(`!${value}`))
  );
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/**
 * Throws a sentence that names the folder when it is there and this user may not write to it. `access` is the system's
 * answer, given by tests that run as root, to whom the system refuses nothing.
 */
export function requireWritable(folder, access = accessSync) {
  try {
    access(folder, constants.W_OK);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    const owner = process.platform === 'win32' ? '' : ` It belongs to user id ${statSync(folder).uid}.`;
    throw new StepFailed(
      `The folder ${folder} cannot be written by ${userInfo().username}.${owner} ` +
        'Run this as its owner, or clone into a folder of your own.',
    );
  }
}
