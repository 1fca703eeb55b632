import type { PreviewReport } from './api/preview-rule';
import { comparedDays } from './compared-days';

const report = (part: Partial<PreviewReport>) =>
  ({
    from: '2026-11-20T22:00:00Z',
    to: '2026-11-23T00:00:00Z',
    days: [{ date: '2026-11-22', count: 4 }],
    present: null,
    ...part,
  }) as PreviewReport;

describe('the days of a preview', () => {
  it('are all those of the range, with zero where nothing was found, without a day that was not looked at', () => {
    expect(comparedDays(report({}))).toEqual([
      { date: '2026-11-20', tried: 0, inForce: null },
      { date: '2026-11-21', tried: 0, inForce: null },
      { date: '2026-11-22', tried: 4, inForce: null },
    ]);
  });

  it('stand beside what the rule in force finds', () => {
    const present = { findings: 7, days: [{ date: '2026-11-21', count: 7 }] };
    expect(comparedDays(report({ present })).map(({ tried, inForce }) => [tried, inForce])).toEqual([
      [0, 0],
      [0, 7],
      [4, 0],
    ]);
  });
});
