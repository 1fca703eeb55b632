import fc from 'fast-check';
import { jsonBatches } from './json-batches.js';

describe('jsonBatches', () => {
  it('makes one array of what fits', () => {
    const items = [{ a: 1 }, { b: 'ü' }];
    expect(jsonBatches(items)).toEqual([{ items, text: JSON.stringify(items) }]);
  });

  it('makes nothing of nothing', () => {
    expect(jsonBatches([])).toEqual([]);
  });

  it('keeps every item in its order, in texts within the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.integer({ min: 10, max: 60 }), (items, limit) => {
        const batches = jsonBatches(items, limit);
        expect(batches.flatMap(({ items }) => items)).toEqual(items);
        for (const { items, text } of batches) {
          expect(JSON.parse(text)).toEqual(items);
          // Brackets and commas are not counted; an item that is longer by itself stands alone.
          if (items.length > 1) expect(text.length).toBeLessThanOrEqual(limit + 2);
        }
      }),
    );
  });
});
