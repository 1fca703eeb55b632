import { addressOptions } from './redis-address.js';

describe('addressOptions', () => {
  it('takes a plain host', () => {
    expect(addressOptions({ url: 'redis://cache' })).toEqual({ host: 'cache', port: 6379, family: 0, db: 0 });
  });

  it('takes user, password, port, database and TLS', () => {
    expect(addressOptions({ url: 'rediss://app:p%40ss%2Fword@[::1]:6380/3' })).toEqual({
      host: '::1',
      port: 6380,
      family: 0,
      db: 3,
      username: 'app',
      password: 'p@ss/word',
      tls: {},
    });
    expect(addressOptions({ url: 'redis://:secret@cache' })).toMatchObject({ password: 'secret' });
  });

  it.each([
    ['hunter2', 'not a URL'],
    ['http://hunter2@cache', 'redis://'],
    ['redis:///0', 'no host'],
    ['redis://:hunter2@cache/jobs', 'number of a database'],
    ['redis://:hunter2@cache/0?tls=1', 'not supported'],
    ['redis://:hunter2%zz@cache', 'percent-encoded'],
  ])('refuses %s without repeating it', (url, reason) => {
    let thrown: Error | undefined;
    try {
      addressOptions({ url });
    } catch (error) {
      thrown = error as Error;
    }
    expect(thrown).toMatchObject({ kind: 'invalid', code: 'REDIS.BAD_URL' });
    expect(thrown!.message).toContain(reason);
    expect(thrown!.message).not.toContain('hunter2');
  });

  it('names a file with certificates that cannot be read', () => {
    expect(() => addressOptions({ url: 'rediss://cache', caFile: '/nowhere/ca.pem' })).toThrow(
      expect.objectContaining({
        code: 'REDIS.BAD_CA_FILE',
        message: expect.stringContaining('/nowhere/ca.pem') as string,
      }),
    );
  });
});
