import { vi } from 'vitest';
import type { ProducedEvent } from './produced-event.js';
import { Simulator, type SimulatorOptions } from './simulator.js';
import { stories } from './stories/stories.js';

const START = Date.UTC(2026, 2, 2, 9);

describe('Simulator', () => {
  let pushed: ProducedEvent[];
  let batches: number;
  const push = (events: readonly ProducedEvent[]) => {
    batches += 1;
    pushed.push(...events);
    return Promise.resolve();
  };
  const simulator = (options: Partial<SimulatorOptions> = {}) => new Simulator({ push, seed: 1, ...options });

  beforeEach(() => {
    vi.useFakeTimers({ now: START });
    pushed = [];
    batches = 0;
  });
  afterEach(() => {
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  it('keeps a light stream going, stamped with the present', async () => {
    const stream = simulator({ activityEveryMs: 2000, storyEveryMs: 1e9 });
    stream.start();
    await vi.advanceTimersByTimeAsync(60_000);
    await stream.stop();
    // 30 activities of one to five events.
    expect(pushed.length).toBeGreaterThan(30);
    expect(pushed.length).toBeLessThan(150);
    const times = pushed.map(({ timestamp }) => Date.parse(timestamp));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(START);
    expect(times[times.length - 1]).toBeLessThanOrEqual(START + 60_000);
    expect(new Set(pushed.map(({ event_id }) => event_id)).size).toBe(pushed.length);
  });

  it('tells every story in turn, quickly but spread', async () => {
    const told: string[] = [];
    const stream = simulator({
      activityEveryMs: 1e9,
      storyEveryMs: 60_000,
      longestSequenceMs: 20_000,
      onStory: ({ name }) => told.push(name),
    });
    stream.start();
    await vi.advanceTimersByTimeAsync(12_000 + 60_000 * stories.length - 1);
    await stream.stop();
    expect([...told].sort()).toEqual(stories.map(({ name }) => name).sort());
    const guesses = pushed.filter(({ raw_data }) => raw_data['user_agent'] === 'python-requests/2.32.3');
    const times = guesses.map(({ timestamp }) => Date.parse(timestamp));
    expect(guesses).toHaveLength(9);
    expect(times[8]! - times[0]!).toBeLessThanOrEqual(20_000);
    expect(new Set(times).size).toBe(9);
  });

  it('pushes nothing after it was stopped, by call or by signal', async () => {
    const stream = simulator({ activityEveryMs: 1000 });
    stream.start();
    await vi.advanceTimersByTimeAsync(5000);
    await stream.stop();
    const before = batches;
    expect(before).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(batches).toBe(before);

    const abort = new AbortController();
    const other = simulator({ activityEveryMs: 1000 });
    other.start(abort.signal);
    await vi.advanceTimersByTimeAsync(5000);
    abort.abort();
    const stopped = batches;
    expect(stopped).toBeGreaterThan(before);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(batches).toBe(stopped);
  });

  it('aborts a push under way when it is stopped, and waits for its end', async () => {
    let ended = false;
    const errors: unknown[] = [];
    const stream = simulator({
      onError: (error) => errors.push(error),
      push: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            ended = true;
            reject(signal.reason as Error);
          });
        }),
    });
    stream.start();
    await vi.advanceTimersByTimeAsync(10);
    expect(ended).toBe(false);
    await stream.stop();
    expect(ended).toBe(true);
    expect(errors).toEqual([]);
  });

  it('offers events again, the same ones, after a push failed', async () => {
    const errors: unknown[] = [];
    const offered: string[] = [];
    let down = true;
    const stream = simulator({
      activityEveryMs: 1000,
      onError: (error) => errors.push(error),
      push: async (events) => {
        if (down) {
          offered.push(...events.map(({ event_id }) => event_id));
          throw new Error('down');
        }
        await push(events);
      },
    });
    stream.start();
    await vi.advanceTimersByTimeAsync(5000);
    down = false;
    await vi.advanceTimersByTimeAsync(5000);
    await stream.stop();
    expect(errors.length).toBeGreaterThan(1);
    const ids = pushed.map(({ event_id }) => event_id);
    expect(ids).toEqual(expect.arrayContaining(offered));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('gives up the oldest events, and says so, when nothing takes them for long', async () => {
    const errors: string[] = [];
    let largest = 0;
    const stream = simulator({
      activityEveryMs: 100,
      onError: (error) => errors.push((error as Error).message),
      push: (events) => {
        largest = Math.max(largest, events.length);
        return Promise.reject(new Error('down'));
      },
    });
    stream.start();
    await vi.advanceTimersByTimeAsync(120_000);
    await stream.stop();
    expect(largest).toBeLessThan(1100);
    expect(errors.some((message) => message.includes('given up'))).toBe(true);
  });
});
