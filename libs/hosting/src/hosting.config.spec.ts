import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadHostingConfig } from './hosting.config.js';

it('is standalone on the embedded PostgreSQL unless something else is said', () => {
  expect(loadHostingConfig({}, 'standalone')).toMatchObject({
    profile: 'standalone',
    databaseAddress: '',
    autoEnrich: 'off',
  });
  const url = 'postgresql://me:secret@db.example:5432/monitor?sslmode=require';
  expect(loadHostingConfig({ DATABASE_URL: url }, 'standalone')).toMatchObject({ databaseUrl: url });
});

it('puts a password into the address as it has to stand there', () => {
  const { databaseAddress } = loadHostingConfig(
    { DATABASE_URL: 'postgres://me@db:5432/monitor?sslmode=require', DATABASE_PASSWORD: 'p@ss/w#rd%1"\\' },
    'standalone',
  );
  const { host, username, password, pathname } = new URL(databaseAddress);
  expect({ host, username, pathname }).toEqual({ host: 'db:5432', username: 'me', pathname: '/monitor' });
  expect(decodeURIComponent(password)).toBe('p@ss/w#rd%1"\\');
});

it.each([
  'mysql://me:hunter2@db/monitor',
  'postgres://me:hunter2@db',
  'hunter2',
  'postgres://me:hunter2@s@db/monitor',
  'postgres://me:hunter2/s@db/monitor',
  'postgres://me:hunter2#s@db/monitor',
  'postgres://me:hunter2%s@db/monitor',
])('refuses a DATABASE_URL that is none, without repeating it', (url) => {
  let thrown: Error | null = null;
  try {
    loadHostingConfig({ DATABASE_URL: url }, 'standalone');
  } catch (error) {
    thrown = error as Error;
  }
  expect(thrown).toMatchObject({
    code: 'CONFIG.INVALID',
    message: expect.stringMatching(/DATABASE_URL.*DATABASE_PASSWORD/),
  });
  expect(thrown!.message).not.toContain('hunter2');
});

it('names a profile that does not exist', () => {
  expect(() => loadHostingConfig({ PROFILE: 'cluster' }, 'standalone')).toThrow(
    /PROFILE must be one of.*standalone/,
  );
});

it('refuses the profile of another program, and names the right one', () => {
  const distributed = { PROFILE: 'distributed', DATABASE_URL: 'postgres://a:b@c/d' };
  expect(() => loadHostingConfig(distributed, 'standalone')).toThrow(
    expect.objectContaining({
      code: 'HOST.PROFILE_MISMATCH',
      message: expect.stringContaining('npm run start:migrate'),
    }),
  );
  expect(() => loadHostingConfig({}, 'distributed')).toThrow(
    expect.objectContaining({ code: 'HOST.PROFILE_MISMATCH', message: expect.stringContaining('npm start') }),
  );
});

it('names every server of the distributed profile that is missing', () => {
  const env = { PROFILE: 'distributed', NATS_URL: 'nats://x' };
  expect(() => loadHostingConfig(env, 'distributed')).toThrow(
    expect.objectContaining({
      code: 'HOST.SERVERS_MISSING',
      message: expect.stringContaining('DATABASE_URL and REDIS_URL'),
    }),
  );
  expect(
    loadHostingConfig({ ...env, DATABASE_URL: 'postgres://a:b@c/d', REDIS_URL: 'redis://y' }, 'distributed'),
  ).toMatchObject({ profile: 'distributed' });
});

it('refuses settings of the other profile, all together', () => {
  expect(() => loadHostingConfig({ NATS_URL: 'nats://x', REDIS_URL: 'redis://y' }, 'standalone')).toThrow(
    expect.objectContaining({
      code: 'HOST.PROFILE_MISMATCH',
      message: expect.stringContaining('NATS_URL and REDIS_URL'),
    }),
  );
});

it('counts a server whose address is in a file', () => {
  const file = join(tmpdir(), `mcm-database-url-${process.pid}`);
  writeFileSync(file, 'postgres://a:b@c/d\n');
  try {
    const env = {
      PROFILE: 'distributed',
      DATABASE_URL_FILE: file,
      NATS_URL: 'nats://x',
      REDIS_URL: 'redis://y',
    };
    expect(loadHostingConfig(env, 'distributed')).toMatchObject({ databaseUrl: 'postgres://a:b@c/d' });
    const alone = { PROFILE: 'standalone', NATS_URL_FILE: file };
    expect(() => loadHostingConfig(alone, 'standalone')).toThrow('does not go with NATS_URL');
  } finally {
    rmSync(file);
  }
});
