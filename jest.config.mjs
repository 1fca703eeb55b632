import { readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));

/** @type {import('jest').Config} */
export default {
  testMatch: ['<rootDir>/{libs,services,web,e2e,bench,scripts}/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
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
  // Far more than any test takes on a quiet machine: a busy one is no fault of the product.
  testTimeout: 120_000,
};
