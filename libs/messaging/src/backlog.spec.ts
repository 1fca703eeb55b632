import { vi } from 'vitest';
import { Backlog } from './backlog.js';

describe('Backlog', () => {
  let counts: number[];
  let asked: number;
  let faults: unknown[];
  let backlog: Backlog;
  beforeEach(() => {
    vi.useFakeTimers();
    counts = [];
    asked = 0;
    faults = [];
    backlog = new Backlog(
      100,
      () => {
        asked += 1;
        const next = counts.shift();
        return next === undefined ? Promise.reject(new Error('away')) : Promise.resolve(next);
      },
      (fault) => faults.push(fault),
    );
  });
  afterEach(() => vi.useRealTimers());

  it('answers from memory while the last count is fresh', async () => {
    counts.push(40);
    await backlog.recount();
    backlog.add(59);
    expect(backlog.seemsFull()).toBe(false);
    backlog.add(1);
    expect(backlog.seemsFull()).toBe(true);
    backlog.add(-1);
    expect(backlog.seemsFull()).toBe(false);
    expect(asked).toBe(1);
  });

  it('counts again when the last count is old, without making the publisher wait', async () => {
    counts.push(0, 100);
    await backlog.recount();
    vi.advanceTimersByTime(1_001);
    expect(backlog.seemsFull()).toBe(false);
    await backlog.recount();
    expect(backlog.seemsFull()).toBe(true);
    expect(asked).toBe(2);
  });

  it('asks the store before it refuses, but not for every refusal', async () => {
    counts.push(100, 30);
    await backlog.recount();
    expect(await backlog.full()).toBe(100);
    expect(asked).toBe(1);
    vi.advanceTimersByTime(101);
    expect(await backlog.full()).toBeNull();
    expect(asked).toBe(2);
  });

  it('reports a count that failed in the background', async () => {
    expect(backlog.seemsFull()).toBe(false);
    await vi.advanceTimersByTimeAsync(0);
    expect(faults).toEqual([new Error('away')]);
  });
});
