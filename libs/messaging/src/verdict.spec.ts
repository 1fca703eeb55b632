import { AppError } from '@mcm/kernel';
import { classify, postponeDelay, retryDelay } from './verdict.js';

describe('classify', () => {
  const invalid = new AppError('invalid', 'T.X', 'x');
  const away = new AppError('unavailable', 'T.X', 'x');
  const bug = new TypeError('x');

  it.each([
    [bug, 1, 1, 'retry'],
    [bug, 9, 2, 'retry'],
    [bug, 9, 3, 'divide'],
    [bug, 1, 3, 'give-up'],
    ['thrown text', 1, 3, 'give-up'],
    [invalid, 9, 1, 'divide'],
    [invalid, 1, 1, 'give-up'],
    [away, 9, 3, 'postpone'],
    [away, 1, 99, 'postpone'],
  ])('%p for %d messages at try %d of 3: %s', (error, size, tries, verdict) => {
    expect(classify(error, { size, tries, maxTries: 3 })).toBe(verdict);
  });
});

describe('delays', () => {
  it('double from try to try', () => {
    expect([1, 2, 3, 4].map((tries) => retryDelay(200, tries))).toEqual([200, 400, 800, 1600]);
  });

  it('double when postponed, up to ten seconds', () => {
    expect([0, 1, 2, 50].map((times) => postponeDelay(200, times))).toEqual([200, 400, 800, 10_000]);
  });
});
