import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer } from './find-server.js';
import { NATS, type ServerKind } from './server-kind.js';

const UNKNOWN: ServerKind = { ...NATS, program: 'no-such-nats-server' };
const URL_SET = { TEST_NATS_URL: 'nats://elsewhere:4222' };

it('takes the server that the environment names, unless the test wants to kill it', async () => {
  expect(await findServer(UNKNOWN, 'any', URL_SET)).toEqual({ from: 'url', url: 'nats://elsewhere:4222' });
  expect(await findServer(UNKNOWN, 'own', { ...URL_SET, TEST_SERVERS: 'program' })).toEqual({
    from: 'none',
    why:
      'There is no NATS server that tests may kill (TEST_NATS_URL names one they may not) on this machine: ' +
      'install no-such-nats-server, or start a container engine.',
  });
});

it('takes a program on the PATH', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'path-'));
  try {
    const path = join(folder, UNKNOWN.program);
    writeFileSync(path, '');
    chmodSync(path, 0o755);
    expect(await findServer(UNKNOWN, 'own', { PATH: `/nowhere:${folder}` })).toEqual({
      from: 'program',
      path,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('says what to do where there is none', async () => {
  expect(await findServer(UNKNOWN, 'any', { PATH: '/nowhere', TEST_SERVERS: 'program' })).toEqual({
    from: 'none',
    why:
      'There is no NATS server on this machine: install no-such-nats-server, or start a container engine, ' +
      'or set TEST_NATS_URL.',
  });
});
