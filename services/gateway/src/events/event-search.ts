import { AppError } from '@mcm/kernel';
import { DataSource } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.js';
import { readCursor, writeCursor } from '../search/search-cursor.js';
import { SearchPlaces } from '../search/search-places.js';
import { type TimeLimitedQueries, withTimeLimits } from '../search/time-limited-queries.js';
import { type Stretch, walkDays } from '../search/walk-days.js';
import { eventConditions, isTimeAlone, type ReadFilter } from './event-filter.js';
import {
  ANSWER_LIMIT_BYTES,
  EVENT_COLUMNS,
  type EventRow,
  RAW_DATA_BYTES,
  type StoredEvent,
  toStoredEvent,
} from './event-reader.js';

/** Where a page of events begins, and how many events it has at most. */
export interface EventPage {
  limit: number;
  offset: number;
  /** Of an earlier answer to the same filter. */
  cursor?: string;
}

/** Events, newest first. */
export interface FoundEvents {
  events: StoredEvent[];
  /** For the events that follow; null when there are none. */
  next: string | null;
  /** When the time was up: every event that matches, and is not older than this, was found; ISO 8601. */
  searchedBackTo: string | null;
}

/** The id is null for an event that the answer has no room for. */
type PageRow = Omit<EventRow, 'id'> & {
  id: string | null;
  matched: string;
  page_id: string | null;
  page_bytes: string | null;
};

/** Finds events by walking through their days, newest first, for a limited time. */
@Injectable()
export class EventSearch {
  constructor(
    private readonly database: DataSource,
    private readonly places: SearchPlaces,
    private readonly config: GatewayConfig,
  ) {}

  /**
   * Events that match.
   *
   * @throws AppError `SEARCH.INVALID_CURSOR`; `EVENTS.PAGE_TOO_LARGE` (`invalid`, naming `limit`)
   *   when their raw data is more than 64 MiB; `SEARCH.BUSY`
   */
  async page(read: ReadFilter, { limit, offset, cursor }: EventPage): Promise<FoundEvents> {
    const { filter } = read;
    const after = cursor === undefined ? null : readCursor(cursor, filter);
    if (after !== null && offset > 0) throw offsetWithCursor();
    if (limit === 0) return { events: [], next: null, searchedBackTo: null };
    const events: StoredEvent[] = [];
    let bytes = 0;
    let skip = offset;
    const reached = await this.places.run(() =>
      withTimeLimits(this.database, (queries) =>
        walkDays(queries, {
          from: filter.from_timestamp,
          to: after?.timestamp ?? filter.to_timestamp,
          budgetMs: this.config.apiSearchMs,
          ...(isTimeAlone(read) &&
            after === null && { pass: (there: number) => there <= skip && ((skip -= there), true) }),
          read: async (stretch, limitMs) => {
            const conditions = eventConditions(read, stretch);
            if (after !== null) {
              const [time, id] = [conditions.parameter(after.timestamp), conditions.parameter(after.id)];
              conditions.andWhen(true, `(e."timestamp", e.id) < (${time}::timestamptz, ${id}::bigint)`);
            }
            const page = { limit: limit - events.length, skip, bytesLeft: ANSWER_LIMIT_BYTES - bytes };
            const rows = await pageOf(queries, conditions, stretch, page, limitMs);
            if (rows === null) return null;
            skip = Math.max(0, skip - Number(rows[0]!.matched));
            bytes += Number(rows[0]!.page_bytes ?? 0);
            const found = rows.filter(({ page_id }) => page_id !== null);
            if (found.some(({ id }) => id === null)) throw pageTooLarge(events.length + found.length, bytes);
            events.push(...found.map(toEvent));
            return events.length < limit;
          },
        }),
      ),
    );
    if (events.length === limit) {
      const { timestamp, id } = events.at(-1)!;
      return { events, next: writeCursor({ timestamp, id: String(id) }, filter), searchedBackTo: null };
    }
    if (reached === null) return { events, next: null, searchedBackTo: null };
    // Not a millisecond was read: the place is the same as before.
    if (after !== null && reached > after.timestamp) {
      return { events, next: cursor!, searchedBackTo: after.timestamp };
    }
    // No event has the id 0, so that what follows is older than this time.
    return { events, next: writeCursor({ timestamp: reached, id: '0' }, filter), searchedBackTo: reached };
  }
}

/**
 * The part of a page that lies in a stretch. There is always a row: it says how many matched, up to what the page takes.
 * What is skipped is counted off before rows are fetched, and events are fetched for the page only.
 */
function pageOf(
  queries: TimeLimitedQueries,
  conditions: ReturnType<typeof eventConditions>,
  stretch: Stretch,
  page: { limit: number; skip: number; bytesLeft: number },
  limitMs: number,
): Promise<PageRow[] | null> {
  const [take, skip] = [conditions.parameter(page.limit + page.skip), conditions.parameter(page.skip)];
  const [from, before] = [conditions.parameter(stretch.from), conditions.parameter(stretch.before)];
  // Repeated wherever events are read, so that only the partitions of the stretch are.
  const within = `e."timestamp" >= ${from}::timestamptz and e."timestamp" < ${before}::timestamptz`;
  return queries.rows<PageRow>(
    limitMs,
    `with matching as materialized (
       select e.id, e."timestamp" from events e ${conditions.where}
        order by e."timestamp" desc, e.id desc limit ${take}
     ), page as materialized (
       select id, "timestamp" from matching order by "timestamp" desc, id desc offset ${skip}
     ), size as materialized (
       select sum(${RAW_DATA_BYTES}) as page_bytes
         from page join events e on e.id = page.id and e."timestamp" = page."timestamp" and ${within}
     )
     select (select count(*) from matching) as matched, page.id as page_id, size.page_bytes, ${EVENT_COLUMNS}
       from size left join page on true
       left join events e on e.id = page.id and e."timestamp" = page."timestamp" and ${within}
                         and size.page_bytes <= ${conditions.parameter(page.bytesLeft)}
      order by page."timestamp" desc, page.id desc`,
    conditions.parameters,
  );
}

function toEvent({ matched: _m, page_id: _p, page_bytes: _b, ...row }: PageRow): StoredEvent {
  return toStoredEvent({ ...row, id: row.id! });
}

function offsetWithCursor(): AppError {
  const detail = 'offset must be left out where there is a cursor';
  return new AppError('invalid', 'SEARCH.INVALID_CURSOR', detail, {
    errors: [{ pointer: 'offset', detail }],
  });
}

function pageTooLarge(events: number, bytes: number): AppError {
  const limit = Math.max(1, Math.floor((events * ANSWER_LIMIT_BYTES) / bytes));
  const detail = `limit must be lower here: the ${events} events hold ${Math.ceil(bytes / 1024 / 1024)} MiB; ask for ${limit} at a time`;
  return new AppError('invalid', 'EVENTS.PAGE_TOO_LARGE', detail, { errors: [{ pointer: 'limit', detail }] });
}
