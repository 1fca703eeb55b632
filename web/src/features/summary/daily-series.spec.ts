import { lastDays } from './daily-series';

const NOW = Date.parse('2026-03-01T00:30:00Z');

describe('lastDays', () => {
  it('fills days without events and ends with today', () => {
    expect(lastDays([{ date: '2026-02-27', count: 5 }], 3, NOW)).toEqual([
      { date: '2026-02-27', count: 5 },
      { date: '2026-02-28', count: 0 },
      { date: '2026-03-01', count: 0 },
    ]);
  });

  it('leaves out days before the span and in the future', () => {
    const counts = [
      { date: '0001-01-01', count: 1 },
      { date: '2026-03-02', count: 2 },
    ];
    expect(lastDays(counts, 2, NOW).map(({ count }) => count)).toEqual([0, 0]);
  });
});
