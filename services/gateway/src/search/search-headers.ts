import type { FastifyReply } from 'fastify';

/** Where a search ended because its time was up. */
export const REACH_HEADER = {
  'Searched-Back-To': {
    description:
      'Only when the time for a search was up: everything that matches and is not older than this was found. `Next-Cursor`, where there is one, goes on from there.',
    schema: { type: 'string', format: 'date-time' },
  },
};

/** How far a search came, beside its answer: the answer itself is the list that it always was. */
export const SEARCH_HEADERS = {
  'Next-Cursor': {
    description: 'The `cursor` for what follows; absent when nothing does.',
    schema: { type: 'string' },
  },
  ...REACH_HEADER,
};

export function setSearchHeaders(
  reply: FastifyReply,
  place: { next: string | null; searchedBackTo: string | null },
): void {
  if (place.next !== null) void reply.header('Next-Cursor', place.next);
  if (place.searchedBackTo !== null) void reply.header('Searched-Back-To', place.searchedBackTo);
}
