import { loadConfig } from '@mcm/platform';
import { GatewayConfig } from './gateway.config.js';

it('stays on this machine and admits the dashboard alone by default', () => {
  const config = loadConfig(GatewayConfig, {});
  expect(config).toMatchObject({ host: '127.0.0.1', apiPort: 8000, apiBodyLimitBytes: 32 * 1024 * 1024 });
  expect(config.admittedOrigins().readers).toEqual(['http://localhost:8080', 'http://127.0.0.1:8080']);
});

it('admits the dashboard on another port, or what is configured', () => {
  const origins = (env: NodeJS.ProcessEnv) => loadConfig(GatewayConfig, env).admittedOrigins();
  expect(origins({ WEB_PORT: '9000' }).writers).toContain('http://localhost:9000');
  const two = ['https://a.example', 'http://b.example:81'];
  expect(origins({ CORS_ORIGINS: two.join(', ') })).toEqual({ readers: two, writers: two });
  expect(origins({ PUBLIC_URL: 'https://monitor.example.org/' }).writers).toContain(
    'https://monitor.example.org',
  );
});

it('lets pages of any origin read with *, and never change anything', () => {
  const { readers, writers } = loadConfig(GatewayConfig, { CORS_ORIGINS: '*' }).admittedOrigins();
  expect(readers).toEqual(['*']);
  expect(writers).toEqual(['http://localhost:8080', 'http://127.0.0.1:8080']);
});

it('names every setting that makes no sense', () => {
  const load = () =>
    loadConfig(GatewayConfig, {
      API_PORT: '70000',
      CORS_ORIGINS: 'localhost:8080',
      API_BODY_LIMIT_BYTES: '12 MB',
    });
  expect(load).toThrow(/API_PORT.*CORS_ORIGINS|CORS_ORIGINS.*API_PORT/);
  expect(load).toThrow('API_BODY_LIMIT_BYTES');
});
