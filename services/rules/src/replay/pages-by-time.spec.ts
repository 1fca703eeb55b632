import type { EventPlace } from './stored-events.js';
import { anEnvelope } from '@mcm/testing';
import { pagesByTime } from './pages-by-time.js';

/** The sizes of pages over so many events of a length. */
async function sizesOf(count: number, length: number, pageSize?: number): Promise<number[]> {
  const sizes: number[] = [];
  const pageByTime = (_range: object, after: EventPlace | null, size: number) => {
    const begin = Number(after?.id ?? 0);
    const end = Math.min(count, begin + size);
    const events = Array.from({ length: end - begin }, () =>
      anEnvelope({ raw_data: { text: 'x'.repeat(length) } }),
    );
    return Promise.resolve({ events, next: end < count ? { time: '', id: String(end) } : null });
  };
  for await (const page of pagesByTime({ pageByTime }, {}, pageSize)) sizes.push(page.length);
  return sizes;
}

it('reads small events by the thousand and large ones few at a time', async () => {
  expect(await sizesOf(5_000, 100)).toEqual([50, 2000, 2000, 950]);
  expect(await sizesOf(5_000, 100, 20)).toHaveLength(250);
  expect(await sizesOf(60, 1_000_000)).toEqual([50, 7, 3]);
  expect(await sizesOf(12, 9_000_000, 10)).toEqual([10, 1, 1]);
  expect(await sizesOf(0, 0)).toEqual([]);
});
