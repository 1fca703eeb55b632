import { BREAKER, restAfter } from './circuit-breaker.js';
import { decideSlot, type ModelBudget, type SlotState } from './slot-policy.js';

const FREE: SlotState = {
  refused_code: null,
  refused_reason: null,
  last_failure: null,
  failures: 0,
  refused: null,
  blocked_ms: null,
  open_ms: null,
  tripped: false,
  tokens: 0,
  requests: 0,
  minute_ms: 30_000,
  held: 0,
  urgent_waiting: 0,
};
const decide = (state: Partial<SlotState>, budget: Partial<ModelBudget> = {}, urgent = false) =>
  decideSlot(
    { ...FREE, ...state },
    {
      id: 'a',
      fingerprint: 'f',
      urgent,
      tokens: 100,
      holdMs: 1000,
      budget: { tokensPerDay: 0, requestsPerMinute: 0, concurrency: 0, ...budget },
    },
  );

describe('decideSlot', () => {
  it('grants a slot where nothing is limited', () => {
    expect(decide({ held: 1000, tokens: 1e9, requests: 1e6 })).toEqual({ kind: 'granted' });
  });

  it('grants up to the limit of each budget and not beyond', () => {
    expect(decide({ tokens: 400 }, { tokensPerDay: 500 })).toEqual({ kind: 'granted' });
    expect(decide({ tokens: 401 }, { tokensPerDay: 500 })).toEqual({ kind: 'day-spent', used: 401 });
    expect(decide({ held: 2 }, { concurrency: 3 })).toEqual({ kind: 'granted' });
    expect(decide({ held: 3 }, { concurrency: 3 })).toEqual({ kind: 'busy' });
    expect(decide({ requests: 9 }, { requestsPerMinute: 10 })).toEqual({ kind: 'granted' });
    expect(decide({ requests: 10 }, { requestsPerMinute: 10 })).toEqual({
      kind: 'minute-spent',
      retryMs: 30_000,
    });
  });

  it('keeps slots for people who wait', () => {
    expect(decide({ held: 2, urgent_waiting: 1 }, { concurrency: 3 })).toEqual({ kind: 'busy' });
    expect(decide({ held: 2, urgent_waiting: 1 }, { concurrency: 3 }, true)).toEqual({ kind: 'granted' });
  });

  it('names what lasts longest when more than one thing is in the way', () => {
    const all = {
      refused: true,
      refused_code: 'AI.KEY_REFUSED',
      refused_reason: 'No.',
      blocked_ms: 5,
      open_ms: 7,
    };
    expect(decide(all)).toEqual({ kind: 'refused', code: 'AI.KEY_REFUSED', reason: 'No.' });
    expect(decide({ ...all, refused: false })).toEqual({ kind: 'blocked', retryMs: 5 });
    expect(decide({ open_ms: 7, last_failure: 'Down.' })).toEqual({
      kind: 'open',
      retryMs: 7,
      reason: 'Down.',
    });
  });
});

describe('restAfter', () => {
  it('leaves a model alone after some failures in a row, for longer with each further one, up to a limit', () => {
    const { failures, firstMs, longestMs } = BREAKER;
    expect([0, failures - 1].map(restAfter)).toEqual([null, null]);
    expect([failures, failures + 1, failures + 2].map(restAfter)).toEqual([
      firstMs,
      2 * firstMs,
      4 * firstMs,
    ]);
    expect(restAfter(10_000)).toBe(longestMs);
  });
});
