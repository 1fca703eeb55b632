// Before each test file: whatever starts systems may take longer than other tests, some seconds on a quiet machine and much
// more on a busy one.
import { expect, vi } from 'vitest';

const WHOLE_SYSTEMS_MS = 120_000;

if (process.env.TEST_TIER !== 'soak' && /\/e2e\//.test(expect.getState().testPath))
  vi.setConfig({ testTimeout: WHOLE_SYSTEMS_MS, hookTimeout: WHOLE_SYSTEMS_MS });
