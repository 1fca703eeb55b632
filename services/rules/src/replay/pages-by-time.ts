import type { EventEnvelope } from '@mcm/contracts';
import type { EventPages, TimeRange } from '@mcm/persistence';

const PAGE_SIZE = 2000;

/** Stored events in the order in which they happened. Events that are stored meanwhile may or may not be among them. */
export async function* pagesByTime(
  stored: Pick<EventPages, 'pageByTime'>,
  range: TimeRange,
  pageSize: number = PAGE_SIZE,
): AsyncGenerator<EventEnvelope[], void, undefined> {
  let page = await stored.pageByTime(range, null, pageSize);
  while (page.events.length > 0) {
    yield page.events;
    if (page.next === null) return;
    page = await stored.pageByTime(range, page.next, pageSize);
  }
}
