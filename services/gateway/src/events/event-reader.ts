import { AppError, canonicalName } from '@mcm/kernel';
import {
  DataSource,
  type EventSpan,
  eventsByUids,
  eventSpans,
  queryRows,
  type RowOf,
  selected,
  SHOWN_EVENT,
  SqlConditions,
  toSafeInteger,
} from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

/** A row of `events`; times are ISO 8601 in UTC. */
export type StoredEvent = RowOf<typeof SHOWN_EVENT> & {
  /** The name that the filter `user` compares. */
  canonical_user: string;
};

/** Which events; what is absent does not matter. Times are ISO 8601 and both belong to the range. */
export interface EventFilter {
  user?: string;
  event_type?: string;
  source?: string;
  uid?: string;
  /** Conflicts alone, or none of them. */
  conflict?: boolean;
  from_timestamp?: string;
  to_timestamp?: string;
}

const COLUMNS = `${selected(SHOWN_EVENT, 'e')}, coalesce(e.canonical_user, e."user") as canonical_user`;

/** Most raw data that one answer holds, in bytes as JSON: an answer is built in memory as a whole. */
const ANSWER_LIMIT_BYTES = 64 * 1024 * 1024;

/** How large raw data is as JSON. Small values are not compressed, so that measuring them costs nothing. */
const SIZE =
  'case when pg_column_size(e.raw_data) < 2000 then pg_column_size(e.raw_data) else octet_length(e.raw_data::text) end';

/** Reads stored events. */
@Injectable()
export class EventReader {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Events that match, newest first.
   *
   * @throws AppError `EVENTS.PAGE_TOO_LARGE` (`invalid`, naming `limit`) when their raw data is more than 64 MiB
   */
  async list(filter: EventFilter, page: { limit: number; offset: number }): Promise<StoredEvent[]> {
    const found: StoredEvent[] = [];
    let { offset } = page;
    let bytes = 0;
    const { from_timestamp: from, to_timestamp: to } = filter;
    const spans = (await eventSpans(this.dataSource, { from, to })).reverse();
    for (const span of spans) {
      const limit = page.limit - found.length;
      const rows = await this.pageOf(span, filter, { limit, offset }, ANSWER_LIMIT_BYTES - bytes);
      const size = Number(rows[0]?.page_bytes ?? 0);
      bytes += size;
      if (rows.some(({ id }) => id === null)) throw pageTooLarge(found.length + rows.length, bytes);
      found.push(...rows.map(({ page_bytes: _, ...row }) => event(row)));
      if (found.length === page.limit) break;
      if (offset > 0) offset = rows.length > 0 ? 0 : offset - (await this.countOf(span, filter));
    }
    return found;
  }

  /** What the offset leaves out is counted off in the index alone: rows are fetched for the page only. */
  private pageOf(
    span: EventSpan,
    filter: EventFilter,
    page: { limit: number; offset: number },
    bytesLeft: number,
  ): Promise<(Row & { page_bytes: string })[]> {
    const conditions = conditionsOf(span, filter);
    const [limit, offset] = [conditions.parameter(page.limit), conditions.parameter(page.offset)];
    const within = `e."timestamp" >= ${conditions.parameter(span.from)}::timestamptz and e."timestamp" <= ${conditions.parameter(span.to)}::timestamptz`;
    return queryRows(
      this.dataSource,
      `with page as materialized (
         select id, "timestamp" from events ${conditions.where}
          order by "timestamp" desc, id desc limit ${limit} offset ${offset}
       ), size as materialized (
         select sum(${SIZE}) as page_bytes from page join events e using ("timestamp", id) where ${within}
       )
       select size.page_bytes, ${COLUMNS}
         from page cross join size
         left join events e on e.id = page.id and e."timestamp" = page."timestamp" and ${within}
                           and size.page_bytes <= ${conditions.parameter(bytesLeft)}
        order by page."timestamp" desc, page.id desc`,
      conditions.parameters,
    );
  }

  private async countOf(span: EventSpan, filter: EventFilter): Promise<number> {
    const conditions = conditionsOf(span, filter);
    const [row] = await queryRows<{ count: string }>(
      this.dataSource,
      `select count(*) as count from events ${conditions.where}`,
      conditions.parameters,
    );
    return Number(row!.count);
  }

  /** @param id a whole number within 64 bits, as text */
  async byId(id: string): Promise<StoredEvent | null> {
    const spans = await eventSpans(this.dataSource, { ids: [id, id] });
    for (const { from, to } of spans.reverse()) {
      const [row] = await queryRows<Row>(
        this.dataSource,
        `select ${COLUMNS} from events e
          where e.id = $1::bigint and e."timestamp" >= $2::timestamptz and e."timestamp" <= $3::timestamptz`,
        [id, from, to],
      );
      if (row !== undefined) return event(row);
    }
    return null;
  }

  /**
   * The events with these identities that are stored, oldest first: at most `limit`, and no more than fit into one
   * answer.
   *
   * @param within the range of event time in which they lie, ISO 8601; both bounds belong to it
   */
  async byUids(
    uids: readonly string[],
    limit: number,
    within: { from: string; to: string },
  ): Promise<StoredEvent[]> {
    const sized = await eventsByUids<{ uid: string; bytes: number }>(
      this.dataSource,
      `e.uid, ${SIZE} as bytes`,
      uids,
      within,
    );
    const fitting: string[] = [];
    let bytes = 0;
    for (const row of sized.slice(0, limit)) {
      bytes += row.bytes;
      if (bytes > ANSWER_LIMIT_BYTES) break;
      fitting.push(row.uid);
    }
    return (await eventsByUids<Row>(this.dataSource, COLUMNS, fitting, within)).map(event);
  }
}

/** What of a span matches; the span comes first, as every statement on events has to name one. */
function conditionsOf(span: EventSpan, filter: EventFilter): SqlConditions {
  return new SqlConditions()
    .and('"timestamp" >= ?::timestamptz', span.from)
    .and('"timestamp" <= ?::timestamptz', span.to)
    .and('coalesce(canonical_user, "user") = ?', filter.user && canonicalName(filter.user))
    .and('event_type = ?', filter.event_type)
    .and('source = ?', filter.source)
    .and('uid = ?::uuid', filter.uid)
    .andWhen(filter.conflict === true, 'conflicts_with is not null')
    .andWhen(filter.conflict === false, 'conflicts_with is null')
    .and('"timestamp" >= ?::timestamptz', filter.from_timestamp)
    .and('"timestamp" <= ?::timestamptz', filter.to_timestamp);
}

/** As the driver gives it; the id is null for an event that was left out. */
type Row = Omit<StoredEvent, 'id'> & { id: string | null };

function event(row: Row): StoredEvent {
  return { ...row, id: toSafeInteger(row.id ?? 0) };
}

function pageTooLarge(events: number, bytes: number): AppError {
  const limit = Math.max(1, Math.floor((events * ANSWER_LIMIT_BYTES) / bytes));
  const detail = `limit must be lower here: the ${events} events hold ${Math.ceil(bytes / 1024 / 1024)} MiB; ask for ${limit} at a time`;
  return new AppError('invalid', 'EVENTS.PAGE_TOO_LARGE', detail, { errors: [{ pointer: 'limit', detail }] });
}
