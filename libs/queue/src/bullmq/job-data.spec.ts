import { decodeJobData, encodeJobData, isCancelled, markCancelled } from './job-data.js';

/** What a store does with it. */
const stored = (data: unknown): unknown => JSON.parse(JSON.stringify(data));

describe('job data', () => {
  it('leaves an ordinary object as it is, for other programs to read and write', () => {
    expect(encodeJobData({ finding_id: 1 }, 'payload')).toEqual({ finding_id: 1 });
    expect(decodeJobData({ finding_id: 1 })).toEqual({ finding_id: 1 });
  });

  it.each([
    ['U+0000', { a: '\u0000' }],
    ['a lone high surrogate', { a: '\ud83d' }],
    ['a lone low surrogate in a key', { '\ude00': 1 }],
    ['null', null],
    ['zero', 0],
    ['false', false],
    ['an empty text', ''],
    ['a list', [1, 2]],
  ])('brings %s through', (_, value) => {
    const json = JSON.stringify(encodeJobData(value, 'payload'));
    // What jsonb refuses is not there, unless escaped once more.
    expect(json.replaceAll('\\\\', '')).not.toMatch(/\\u(0000|d[89a-f])/);
    expect(decodeJobData(stored(encodeJobData(value, 'payload')))).toEqual(value);
  });

  it('notes a cancellation without losing the payload', () => {
    for (const value of [{ finding_id: 1 }, { a: '\u0000' }, 5]) {
      const marked = stored(markCancelled(stored(encodeJobData(value, 'payload'))));
      expect(isCancelled(marked)).toBe(true);
      expect(decodeJobData(marked)).toEqual(value);
    }
    expect(isCancelled(encodeJobData({ a: '\u0000' }, 'payload'))).toBe(false);
  });
});
