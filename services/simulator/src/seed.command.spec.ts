import { parseSeedArguments } from './seed.command.js';

describe('parseSeedArguments', () => {
  it('has defaults for everything', () => {
    expect(parseSeedArguments([], { now: () => 42 })).toEqual({
      count: 200,
      days: 30,
      seed: 42,
      url: 'http://localhost:8000',
    });
  });

  it('takes what it is given', () => {
    const args = ['--n', '5', '--url', 'https://api.example.net', '--days=2', '--seed', '9'];
    expect(parseSeedArguments(args)).toEqual({ count: 5, days: 2, seed: 9, url: 'https://api.example.net' });
  });

  it('finds the API as every command does', () => {
    expect(parseSeedArguments([], undefined, { API_PORT: '9123' }).url).toBe('http://localhost:9123');
    expect(parseSeedArguments(['--url', 'http://a'], undefined, { API_PORT: '9123' }).url).toBe('http://a');
  });

  it('names all wrong arguments together', () => {
    const args = ['--n', '0', '--days', 'many', '--url', 'localhost:8000'];
    expect(() => parseSeedArguments(args)).toThrow(/--n .*--days .*--url /);
    expect(() => parseSeedArguments(['--count', '5'])).toThrow('--count');
    expect(() => parseSeedArguments(['5'])).toThrow('5');
  });
});
