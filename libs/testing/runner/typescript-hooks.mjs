// Module hooks: an import of `./x.js` from a TypeScript file finds `./x.ts`, and TypeScript is translated on loading.
import { access } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { transformFile } from '@swc/core';

const configFile = fileURLToPath(new URL('../../../.swcrc', import.meta.url));

export async function resolve(specifier, context, next) {
  if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL?.endsWith('.ts')) {
    const url = new URL(`${specifier.slice(0, -3)}.ts`, context.parentURL);
    const found = await access(url).then(
      () => true,
      () => false,
    );
    if (found) return { url: url.href, format: 'module', shortCircuit: true };
  }
  return next(specifier, context);
}

export async function load(url, context, next) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return next(url, context);
  const { code } = await transformFile(fileURLToPath(url), { configFile, sourceMaps: 'inline' });
  return { format: 'module', source: code, shortCircuit: true };
}
