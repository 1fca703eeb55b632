import { absoluteApiUrl, EnvError, readEnv } from './env';

describe('settings of the build', () => {
  it('find the API on the same origin unless told otherwise', () => {
    expect(readEnv({})).toEqual({ apiBaseUrl: '/api' });
    expect(readEnv({ VITE_API_BASE_URL: ' ' })).toEqual({ apiBaseUrl: '/api' });
    expect(absoluteApiUrl(readEnv({}), 'http://localhost:8080')).toBe('http://localhost:8080/api');
  });

  it('take an address without its trailing slash', () => {
    const env = readEnv({ VITE_API_BASE_URL: 'http://localhost:8000/' });
    expect(env.apiBaseUrl).toBe('http://localhost:8000');
    expect(absoluteApiUrl(env, 'http://localhost:8080')).toBe('http://localhost:8000');
  });

  it.each(['localhost:8000', 'javascript:alert(1)', '//elsewhere', 'api'])('refuse %s', (given) => {
    expect(() => readEnv({ VITE_API_BASE_URL: given })).toThrow(EnvError);
  });
});
