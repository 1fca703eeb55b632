import { faultAt, type ItemFault, type RecordExpansion } from '@mcm/sources';
import type { BodyPages } from './body-pages.js';
import type { IntakeItem } from './intake-item.js';
import type { ItemRanges } from './item-ranges.js';

/** What is kept of an item that is not parsed, in bytes. */
const KEPT_BYTES = 64 * 1024;

/** The events of one record. */
export function expandedItems(index: number, record: unknown, expand: RecordExpansion): IntakeItem[] {
  return expand(record).map(({ part, result }) =>
    'errors' in result
      ? { index, fault: result as ItemFault, original: part }
      : { index, candidate: result, original: part },
  );
}

/** An item that must not be parsed: refused, with its beginning. */
export function unreadItem(pages: BodyPages, ranges: ItemRanges, item: number): IntakeItem {
  const [start, end] = [ranges.startOf(item), ranges.endOf(item)];
  return unread(pages, start, end, ranges.indexOf(item), ranges);
}

/** The same for any stretch of a body. */
export function unread(
  pages: BodyPages,
  start: number,
  end: number,
  index: number,
  { limits }: ItemRanges,
): IntakeItem {
  const detail =
    end - start > limits.itemBytes
      ? `takes ${end - start} bytes, more than ${limits.itemBytes} (twice INGEST_EVENT_LIMIT_BYTES)`
      : `nests deeper than ${limits.depth} levels (INGEST_DEPTH_LIMIT)`;
  const kept = Math.min(end, start + KEPT_BYTES);
  return {
    index,
    fault: faultAt('EVENT.INVALID', '', detail),
    original: pages.slice(start, kept).toString('utf8'),
    cut: kept < end,
  };
}
