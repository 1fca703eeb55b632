import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from './logger.js';

it('keeps its file, and the keys of database connections, to itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'logger-'));
  try {
    chmodSync(folder, 0o755);
    const path = join(folder, 'a.log');
    const error = Object.assign(new Error('Connection terminated'), {
      code: 'X',
      client: { processID: 4711, secretKey: 815 },
    });
    createLogger({ service: 'test', destination: path }).error({ err: error }, 'Lost');
    const line = readFileSync(path, 'utf8');
    expect(JSON.parse(line)).toMatchObject({ err: { message: 'Connection terminated', code: 'X' } });
    expect(line).not.toMatch(/secretKey|815/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
