import { formatDuration, formatRelative, isDay, utcDay, withLocalTimes } from './time';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('time', () => {
  it.each([
    [0, 'just now'],
    [-42 * SECOND, '42 s ago'],
    [-90 * MINUTE, '1 h ago'],
    [-3 * DAY, '3 days ago'],
    [-DAY, '1 day ago'],
    [2 * HOUR, 'in 2 h'],
    [-364.9 * DAY, '11 months ago'],
    [-365 * DAY, '1 year ago'],
    [-90 * DAY, '2 months ago'],
    [-800 * DAY, '2 years ago'],
  ])('tells %d ms from now', (distance, words) => {
    expect(formatRelative(NOW + distance, NOW)).toBe(words);
  });

  it.each([
    [10, 'under 1 s'],
    [45 * SECOND, '45 s'],
    [12 * MINUTE, '12 min'],
    [HOUR, '1 h'],
    [HOUR + 59.8 * MINUTE, '2 h'],
    [DAY, '1 day'],
    [49 * HOUR, '2 days'],
  ])('tells a span of %d ms', (span, words) => {
    expect(formatDuration(span)).toBe(words);
  });

  it('knows days that exist', () => {
    expect(['2024-02-29', '2026-11-23'].every(isDay)).toBe(true);
    expect(['2026-02-29', '2026-13-01', '2026-1-1', 'today', ''].some(isDay)).toBe(false);
  });

  it("writes timestamps in a text in the reader's zone, and leaves the rest as it is", () => {
    const at = '2026-11-23T15:29:28.599Z';
    const text = `signed in at ${at} after 2026-99-23T15:29:28Z and 2026-11-23`;
    const local = withLocalTimes(text);
    expect(local).toMatch(
      /^signed in at \d\d? Nov 2026, \d\d:\d\d:28 after 2026-99-23T15:29:28Z and 2026-11-23$/,
    );
  });

  it('moves by UTC days', () => {
    expect(utcDay(NOW, -23)).toBe('2026-10-31');
  });
});
