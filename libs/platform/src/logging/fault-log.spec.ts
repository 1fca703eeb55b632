import { jest } from '@jest/globals';
import { FaultReporter } from './fault-log.js';

describe('FaultReporter', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('passes the same fault on once in five seconds, with the number of those that were held back', () => {
    const lines: [object, string][] = [];
    const faults = new FaultReporter({
      warn: () => undefined,
      error: (context, message) => lines.push([context, message]),
    });
    for (let index = 0; index < 10; index++) faults.report('worker', new Error('gone'));
    faults.report('worker', new Error('other'));
    jest.advanceTimersByTime(5_000);
    faults.report('worker', new Error('gone'));
    expect(lines.map(([, message]) => message)).toEqual(['worker: gone', 'worker: other', 'worker: gone']);
    expect(lines.map(([context]) => (context as { repeated: number }).repeated)).toEqual([0, 0, 9]);
  });
});
