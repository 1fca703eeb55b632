import { readFileSync } from 'node:fs';

interface LockEntry {
  version?: string;
  link?: boolean;
  inBundle?: boolean;
  integrity?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Record<string, LockEntry>;
};

/** Whether Node finds `name` from the package at `path`: in its own node_modules, or in those of a folder above. */
function isFoundFrom(path: string, name: string): boolean {
  for (let at = path; ; at = at.slice(0, Math.max(at.lastIndexOf('/node_modules/'), 0))) {
    if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`]) return true;
    if (at === '') return false;
  }
}

// npm leaves a platform's package out of the lock without a word when the registry does not have it at that moment; then
// `npm ci` fails elsewhere. A version that all platforms have is the way out.
it('holds the packages of every platform, not only of the machine that wrote it', () => {
  const missing = Object.entries(packages).flatMap(
    ([path, { link, dependencies, devDependencies, optionalDependencies }]) =>
      link
        ? []
        : Object.keys({
            ...dependencies,
            ...(path.includes('node_modules/') ? {} : devDependencies),
            ...optionalDependencies,
          })
            .filter((name) => !isFoundFrom(path, name))
            .map((name) => `${name}, which ${path || 'the workspace'} needs`),
  );
  expect(missing).toEqual([]);
});

it('holds a checksum of every package', () => {
  const without = Object.entries(packages)
    .filter(
      ([path, { link, inBundle, integrity }]) =>
        path.includes('node_modules/') && !link && !inBundle && !integrity,
    )
    .map(([path]) => path);
  expect(without).toEqual([]);
});
