import { fileURLToPath } from 'node:url';
import { transform } from '@swc/core';
import { defineConfig } from 'vitest/config';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Two tiers, told apart by the names of files: `npm test` runs all but `*.soak.spec.ts`; `npm run test:soak` runs those and
 * the property tests, which TEST_EFFORT makes longer.
 */
const soak = process.env.TEST_TIER === 'soak';
/** Folders whose tests this machine cannot run. */
const without = (process.env.TEST_WITHOUT ?? '').split(',').filter(Boolean);
// A test that waits for something that never comes is seen soon.
const timeout = soak ? 900_000 : 20_000;

/** Translates as the build does: Nest reads the types of constructors, which Vite's own translator does not emit. */
const swc = {
  name: 'swc',
  enforce: 'pre',
  async transform(source, id) {
    const [filename] = id.split('?');
    if (!filename.endsWith('.ts')) return null;
    const configFile = path('.swcrc');
    const { code, map } = await transform(source, { configFile, filename, sourceMaps: true });
    return { code, map };
  },
};

export default defineConfig({
  plugins: [swc],
  oxc: false,
  resolve: { alias: { '@': path('web/src') } },
  // Workspace packages are read from their sources, not from dist/.
  ssr: { resolve: { conditions: ['mcm-source', 'node'], externalConditions: ['node'] } },
  test: {
    root: path('.'),
    globals: true,
    include: [`{libs,services,web,e2e,bench,scripts}/**/*${soak ? '.{soak,property}' : ''}.spec.ts`],
    exclude: [
      '**/{node_modules,dist}/**',
      ...(soak ? [] : ['**/*.soak.spec.ts']),
      ...without.map((folder) => `${folder}/**`),
    ],
    globalSetup: path('libs/testing/runner/global-setup.mjs'),
    setupFiles: path('libs/testing/runner/timeouts.mjs'),
    reporters: [
      'default',
      ...(soak ? [] : [path('libs/testing/runner/budget-reporter.mjs')]),
      // Read by scripts/steps/run-tests.mjs, which counts.
      ...(process.env.TEST_RESULT ? [['json', { outputFile: process.env.TEST_RESULT }]] : []),
    ],
    pool: 'forks',
    // The files of a process share the modules that they import: loading them for each file took a third of the time.
    isolate: false,
    maxWorkers: 2,
    testTimeout: timeout,
    hookTimeout: timeout,
    disableConsoleIntercept: true,
  },
});
