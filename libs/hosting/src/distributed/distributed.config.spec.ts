import { loadConfig } from '@mcm/platform';
import { DistributedConfig } from './distributed.config.js';

const settings = (env: NodeJS.ProcessEnv) =>
  loadConfig(DistributedConfig, { REDIS_URL: 'redis://r', ...env }).nats('mcm-test');

it('takes user and password out of the address, and all servers of a cluster', () => {
  expect(settings({ NATS_URL: 'nats://me:p%40ss@a:4222, nats://b:4222' })).toEqual({
    servers: ['nats://a:4222', 'nats://b:4222'],
    name: 'mcm-test',
    user: 'me',
    password: 'p@ss',
  });
});

it('takes passwords as they are beside the addresses', () => {
  const password = 'p@ss/w#rd%1,"';
  const config = loadConfig(DistributedConfig, {
    NATS_URL: 'nats://nats:4222',
    NATS_USER: 'mcm',
    NATS_PASSWORD: password,
    REDIS_URL: 'redis://redis:6379/0',
    REDIS_PASSWORD: password,
  });
  expect(config.nats('mcm-test')).toMatchObject({ servers: ['nats://nats:4222'], user: 'mcm', password });
  expect(config.redisAddress).toBe('redis://:p%40ss%2Fw%23rd%251%2C%22@redis:6379/0');
});

it('hands on token, credentials and TLS', () => {
  expect(
    settings({
      NATS_URL: 'tls://a:4222',
      NATS_TOKEN: 't',
      NATS_CREDENTIALS_FILE: '/c',
      NATS_TLS_CA_FILE: '/ca',
      NATS_TLS_CERT_FILE: '/cert',
      NATS_TLS_KEY_FILE: '/key',
    }),
  ).toEqual({
    servers: ['tls://a:4222'],
    name: 'mcm-test',
    token: 't',
    credentialsFile: '/c',
    tls: { caFile: '/ca', certFile: '/cert', keyFile: '/key' },
  });
});

it.each([
  ['http://hunter2', 'hunter3'],
  ['nats://me:hunter@2@a:4222', 'redis://:hunter/3@r:6379/0'],
  ['nats://me:hunter#2@a:4222', 'redis://:hunter@3@r:6379/0'],
  ['nats://me:hunter%2@a:4222', 'redis://:hunter%x@r:6379/0'],
])('names every faulty address and repeats none', (NATS_URL, REDIS_URL) => {
  const load = () => loadConfig(DistributedConfig, { NATS_URL, REDIS_URL });
  expect(load).toThrow(/NATS_URL must look like nats:.*REDIS_URL must be set and look like redis:/);
  expect(load).toThrow(/NATS_PASSWORD.*REDIS_PASSWORD/);
  expect(load).not.toThrow(/hunter/);
});
