import { loadHostingConfig } from './hosting.config.js';

it('is standalone on the embedded PostgreSQL unless something else is said', () => {
  expect(loadHostingConfig({})).toEqual({ profile: 'standalone', databaseUrl: '', autoEnrich: 'off' });
  const url = 'postgresql://me:secret@db.example:5432/monitor?sslmode=require';
  expect(loadHostingConfig({ DATABASE_URL: url })).toMatchObject({ databaseUrl: url });
});

it.each(['mysql://me:hunter2@db/monitor', 'postgres://me:hunter2@db', 'hunter2'])(
  'refuses a DATABASE_URL that is none, without repeating it',
  (url) => {
    let thrown: Error | null = null;
    try {
      loadHostingConfig({ DATABASE_URL: url });
    } catch (error) {
      thrown = error as Error;
    }
    expect(thrown).toMatchObject({
      code: 'CONFIG.INVALID',
      message: expect.stringContaining('DATABASE_URL'),
    });
    expect(thrown!.message).not.toContain('hunter2');
  },
);

it('names a profile that does not exist', () => {
  expect(() => loadHostingConfig({ PROFILE: 'cluster' })).toThrow(/PROFILE must be one of.*standalone/);
});

it('refuses a profile that this version does not have', () => {
  expect(() => loadHostingConfig({ PROFILE: 'distributed', DATABASE_URL: 'postgres://a:b@c/d' })).toThrow(
    expect.objectContaining({ code: 'HOST.PROFILE_UNAVAILABLE' }),
  );
});

it('refuses settings of the other profile, all at once', () => {
  expect(() => loadHostingConfig({ NATS_URL: 'nats://x', REDIS_URL: 'redis://y' })).toThrow(
    expect.objectContaining({
      code: 'HOST.PROFILE_MISMATCH',
      message: expect.stringContaining('NATS_URL and REDIS_URL'),
    }),
  );
});
