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

it('names every faulty address and repeats none', () => {
  const load = () => loadConfig(DistributedConfig, { NATS_URL: 'http://hunter2', REDIS_URL: 'hunter3' });
  expect(load).toThrow(/NATS_URL must look like nats:.*REDIS_URL must be set and look like redis:/);
  expect(load).not.toThrow(/hunter/);
});
