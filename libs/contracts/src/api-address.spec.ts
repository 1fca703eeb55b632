import { apiAddress } from './api-address.js';

describe('the address of the API', () => {
  it.each<[string, string | undefined, Record<string, string>]>([
    ['http://localhost:8000', undefined, {}],
    ['http://localhost:9123', undefined, { API_PORT: '9123', API_URL: '' }],
    ['http://192.0.2.4:9123', undefined, { HOST: '192.0.2.4', API_PORT: '9123' }],
    ['http://localhost:8000', undefined, { HOST: '0.0.0.0' }],
    ['http://[::1]:8000', undefined, { HOST: '::1' }],
    ['https://monitor.example/api', undefined, { API_URL: 'https://monitor.example/api', API_PORT: '9123' }],
    ['http://other:1', 'http://other:1', { API_URL: 'https://monitor.example' }],
  ])('is %s', (address, option, env) => {
    expect(apiAddress(option, env)).toBe(address);
  });

  it.each<[string, string | undefined, Record<string, string>]>([
    ['--url', 'localhost:8000', {}],
    ['API_URL', undefined, { API_URL: 'gateway:8000' }],
    ['HOST and API_PORT', undefined, { API_PORT: 'eight' }],
  ])('says that %s is none', (from, option, env) => {
    expect(() => apiAddress(option, env)).toThrow(from);
  });
});
