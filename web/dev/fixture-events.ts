import type { FixtureEvent } from './fixture-data.ts';

/** A page of events with the headers that say what follows, or what is wrong with the query. */
export type FoundEvents = { items: FixtureEvent[]; headers: Record<string, string> } | { fault: string };

/**
 * Answers `GET /events` over made-up events. Of the search language it knows words alone: an event has to contain each of
 * them. A query that ends with a colon is faulty, and the word `slow` uses up the time for a search.
 */
export function searchEvents(events: readonly FixtureEvent[], query: URLSearchParams): FoundEvents {
  const words = (query.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  if (words.some((word) => word.endsWith(':')))
    return { fault: 'q, column 4: a value has to follow; :* asks whether the field is there' };
  const [user, type] = [query.get('user'), query.get('event_type')];
  const limit = Number(query.get('limit') ?? 50);
  const begin = Number(query.get('cursor') ?? 0);
  const isSlow = words.includes('slow');
  const found = events
    .filter((event) => (user === null || event.user === user) && (type === null || event.event_type === type))
    .filter((event) => {
      const text = JSON.stringify(event).toLowerCase();
      return words.every((word) => word === 'slow' || text.includes(word));
    })
    .sort((a, b) => (a.timestamp < b.timestamp ? 1 : -1));
  const items = found.slice(begin, begin + (isSlow ? 3 : limit));
  const last = items.at(-1);
  const follows = begin + items.length < found.length;
  return {
    items,
    headers: {
      ...(follows && { 'next-cursor': String(begin + items.length) }),
      ...(isSlow && last && { 'searched-back-to': last.timestamp }),
    },
  };
}
