import { vi } from 'vitest';
import { FaultReporter } from './fault-log.js';

describe('FaultReporter', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('passes the same fault on once in five seconds, with the number of those that were held back', () => {
    const lines: [object, string][] = [];
    const faults = new FaultReporter({
      warn: () => undefined,
      error: (context, message) => lines.push([context, message]),
    });
    for (let index = 0; index < 10; index++) faults.report('worker', new Error('gone'));
    faults.report('worker', new Error('other'));
    vi.advanceTimersByTime(5_000);
    faults.report('worker', new Error('gone'));
    expect(lines.map(([, message]) => message)).toEqual(['worker: gone', 'worker: other', 'worker: gone']);
    expect(lines.map(([context]) => (context as { repeated: number }).repeated)).toEqual([0, 0, 9]);
  });

  it('passes a fault that goes on at growing distances, its stack once, and begins again after a pause', () => {
    const lines: { at: number; context: { repeated: number; err?: unknown } }[] = [];
    const begun = Date.now();
    const faults = new FaultReporter({
      warn: () => undefined,
      error: (context) =>
        lines.push({ at: (Date.now() - begun) / 1_000, context: context as { repeated: number } }),
    });
    const oneHour = 3_600;
    for (let second = 0; second < oneHour; second += 1) {
      faults.report('worker', new Error('full'));
      vi.advanceTimersByTime(1_000);
    }
    expect(lines.slice(0, 8).map(({ at }) => at)).toEqual([0, 5, 15, 35, 75, 155, 315, 615]);
    expect(lines.length).toBeLessThan(20);
    expect(lines.filter(({ context }) => context.err !== undefined)).toHaveLength(1);
    expect(lines.reduce((sum, { context }) => sum + 1 + context.repeated, 0)).toBeGreaterThan(3_000);
    vi.advanceTimersByTime(400_000);
    faults.report('worker', new Error('full'));
    expect(lines.at(-1)!.context.err).toBeDefined();
  });
});
