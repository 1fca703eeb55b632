import { readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));

/**
 * Two tiers, told apart by the names of files: `npm test` runs all but `*.soak.spec.ts`; `npm run test:soak` runs those and
 * the property tests, which TEST_EFFORT makes longer.
 */
const soak = process.env.TEST_TIER === 'soak';
/** Folders whose tests this machine cannot run. */
const without = (process.env.TEST_WITHOUT ?? '').split(',').filter(Boolean);

/** @type {import('jest').Config} */
export default {
  testMatch: [
    `<rootDir>/{libs,services,web,e2e,bench,scripts}/**/*${soak ? '.{soak,property}' : ''}.spec.ts`,
  ],
  testPathIgnorePatterns: [
    '/node_modules/',
    '/dist/',
    ...(soak ? [] : ['\\.soak\\.spec\\.ts$']),
    ...without.map((folder) => `/${folder}/`),
  ],
  reporters: ['default', ...(soak ? [] : ['<rootDir>/libs/testing/jest/budget-reporter.mjs'])],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.data/', '<rootDir>/.nx/'],
  globalSetup: '<rootDir>/libs/testing/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/libs/testing/jest/global-teardown.mjs',
  testEnvironment: 'node',
  // Workspace packages are read from their sources, not from dist/.
  testEnvironmentOptions: { customExportConditions: ['mcm-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, sourceMaps: 'inline' }] },
  transformIgnorePatterns: ['/node_modules/'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  moduleNameMapper: { '^@/(.*)$': '<rootDir>/web/src/$1', '^(\\.{1,2}/.*)\\.js$': '$1' },
  maxWorkers: 2,
  // A worker that has run a hundred files takes longer to end than the half second that jest gives it, and a socket may still
  // be closing. What holds a process up for longer is a leak.
  workerGracefulExitTimeout: 5_000,
  // A test that waits for something that never comes is seen soon.
  testTimeout: soak ? 900_000 : 20_000,
};
