import type { EventEnvelope } from '@mcm/contracts';
import type { EventPages, TimeRange } from './stored-events.js';

const PAGE_SIZE = 2000;
/** Events of the first page: how large events are is not known yet. */
const FIRST_PAGE_SIZE = 50;
/** About how many characters a page may have as JSON: events of a megabyte come one by one, not by the thousand. */
const PAGE_CHARACTERS = 8_000_000;
/** Events of a page that are measured. */
const SAMPLE = 20;

/** Stored events in the order in which they happened. Events that are stored meanwhile may or may not be among them. */
export async function* pagesByTime(
  stored: Pick<EventPages, 'pageByTime'>,
  range: TimeRange,
  pageSize: number = PAGE_SIZE,
): AsyncGenerator<EventEnvelope[], void, undefined> {
  let page = await stored.pageByTime(range, null, Math.min(pageSize, FIRST_PAGE_SIZE));
  while (page.events.length > 0) {
    yield page.events;
    if (page.next === null) return;
    const size = Math.floor(PAGE_CHARACTERS / averageLength(page.events));
    page = await stored.pageByTime(range, page.next, Math.max(1, Math.min(pageSize, size)));
  }
}

/** Characters of an event as JSON. */
function averageLength(events: readonly EventEnvelope[]): number {
  const step = Math.ceil(events.length / SAMPLE);
  let [length, measured] = [0, 0];
  for (let i = 0; i < events.length; i += step) {
    length += JSON.stringify(events[i]).length;
    measured += 1;
  }
  return length / measured;
}
