import { loadConfig } from '../config/config-slice.js';
import { NetworkConfig } from './network.config.js';

const load = (env: NodeJS.ProcessEnv) => loadConfig(NetworkConfig, env);

it('stays on this machine by default', () => {
  expect(load({})).toMatchObject({ host: '127.0.0.1', authMode: 'open' });
});

it.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost', 'LOCALHOST'])('listens on %s', (host) => {
  expect(load({ HOST: host }).host).toBe(host);
});

it.each(['0.0.0.0', '::', '192.0.2.7', 'monitor.example.org', '0', ''])(
  'refuses to listen on %j without sign-in',
  (host) => {
    // An empty variable leaves the default.
    if (host === '') return expect(load({ HOST: host }).host).toBe('127.0.0.1');
    expect(() => load({ HOST: host })).toThrow(/HOST leads beyond this machine.*Set AUTH_MODE=local/);
    expect(load({ HOST: host, AUTH_MODE: 'local' }).host).toBe(host);
  },
);

it('goes by the published address where a container listens on all of its own', () => {
  expect(load({ HOST: '0.0.0.0', PUBLISH_ADDRESS: '127.0.0.1' }).host).toBe('0.0.0.0');
  expect(load({ HOST: '0.0.0.0', PUBLISH_ADDRESS: '[::1]' }).host).toBe('0.0.0.0');
  expect(() => load({ HOST: '0.0.0.0', PUBLISH_ADDRESS: '0.0.0.0' })).toThrow('Set AUTH_MODE=local');
});

it('names every setting that makes no sense', () => {
  const faults = () =>
    load({ HOST: '0.0.0.0', PUBLIC_URL: 'monitor.example.org', ALLOWED_HOSTS: 'a.example,b.example:8443' });
  expect(faults).toThrow(/HOST leads.*PUBLIC_URL must be an origin.*ALLOWED_HOSTS must be a list of names/);
});

it('wants an encrypted way to passwords', () => {
  const at = (PUBLIC_URL: string) => () => load({ AUTH_MODE: 'local', PUBLIC_URL });
  expect(at('http://monitor.example.org')).toThrow(/PUBLIC_URL must begin with https:/);
  expect(at('https://monitor.example.org')).not.toThrow();
  expect(at('http://localhost:8080')).not.toThrow();
  expect(() => load({ PUBLIC_URL: 'http://monitor.example.org' })).not.toThrow();
});

it('has browsers ask by https alone where PUBLIC_URL does', () => {
  const at = (PUBLIC_URL: string) => load({ PUBLIC_URL }).transportSecurity();
  expect(at('https://monitor.example.org')).toEqual({
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
  });
  expect([at('http://localhost:8080'), at('')]).toEqual([{}, {}]);
});

it.each(['none', 'OPEN'])('refuses the mode %s', (AUTH_MODE) => {
  expect(() => load({ AUTH_MODE })).toThrow('AUTH_MODE must be open, local or oidc');
});
