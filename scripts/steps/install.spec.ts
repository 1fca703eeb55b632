import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInstalled, missingPackages, npmCommand, requireWritable } from './install.mjs';

let root: string;
const foreign = process.platform === 'aix' ? 'linux' : 'aix';

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'mcm install '));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function lock(file: string, packages: Record<string, object>) {
  await mkdir(join(root, file, '..'), { recursive: true });
  await writeFile(join(root, file), JSON.stringify({ packages }));
}

async function installed(packages: Record<string, object>) {
  await lock('node_modules/.package-lock.json', packages);
  for (const path of Object.keys(packages)) await mkdir(join(root, path), { recursive: true });
}

it('a fresh clone lacks everything but what other machines need', async () => {
  await lock('package-lock.json', {
    '': {},
    'libs/kernel': { version: '0.1.0' },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/native-here': {
      version: '1.0.0',
      optional: true,
      os: [process.platform],
      cpu: [process.arch],
    },
    'node_modules/native-there': { version: '1.0.0', optional: true, os: [foreign] },
    'node_modules/@mcm/kernel': { resolved: 'libs/kernel', link: true },
  });
  expect(missingPackages(root)).toEqual([
    'node_modules/a',
    'node_modules/native-here',
    'node_modules/@mcm/kernel',
  ]);
});

it('nothing is missing when all is there in the version of the lock', async () => {
  const packages = { 'node_modules/a': { version: '1.0.0' }, 'web/node_modules/b': { version: '2.0.0' } };
  await lock('package-lock.json', packages);
  await installed(packages);
  expect(missingPackages(root)).toEqual([]);
});

it('another version, and a folder that was deleted, are missing', async () => {
  await lock('package-lock.json', {
    'node_modules/a': { version: '1.0.1' },
    'node_modules/b': { version: '1.0.0' },
    'node_modules/c': { version: '1.0.0' },
  });
  await installed({ 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.0.0' } });
  await rm(join(root, 'node_modules/b'), { recursive: true });
  expect(missingPackages(root)).toEqual(['node_modules/a', 'node_modules/b', 'node_modules/c']);
});

it('an installation that was interrupted counts for nothing', async () => {
  await lock('package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
  await mkdir(join(root, 'node_modules/a'), { recursive: true });
  expect(missingPackages(root)).toEqual(['node_modules/a']);
});

it('what npm itself leaves out of an installation is not asked for again, until the lock changes', async () => {
  const packages = { 'node_modules/a': { version: '1.0.0' }, 'node_modules/odd': { version: '1.0.0' } };
  await lock('package-lock.json', packages);
  await installed({ 'node_modules/a': { version: '1.0.0' } });
  expect(isInstalled(root)).toBe(false);
  const hash = createHash('sha256')
    .update(await readFile(join(root, 'package-lock.json')))
    .digest('hex');
  await writeFile(join(root, 'node_modules/.installed'), hash);
  expect(isInstalled(root)).toBe(true);
  await lock('package-lock.json', { ...packages, 'node_modules/new': { version: '1.0.0' } });
  expect(isInstalled(root)).toBe(false);
});

it('uses the npm that runs it, and no other package manager', () => {
  const path = '/opt/npm/bin/npm-cli.js';
  expect(npmCommand({ npm_execpath: path })).toMatchObject({ program: process.execPath, args: [path] });
  expect(npmCommand({ npm_execpath: '/opt/yarn.js' })).toMatchObject({ program: 'npm', args: [] });
  expect(npmCommand({})).toMatchObject({ program: 'npm', args: [] });
});

it('names a folder that cannot be written', async () => {
  const isRoot = process.getuid?.() === 0;
  const closed = join(root, 'closed');
  await mkdir(closed, { mode: 0o555 });
  const access = () => {
    throw Object.assign(new Error('EACCES'), { code: 'EACCES' });
  };
  expect(() => requireWritable(closed, isRoot ? access : undefined)).toThrow(
    `The folder ${closed} cannot be written by`,
  );
  expect(() => requireWritable(join(root, 'not there'))).not.toThrow();
});
