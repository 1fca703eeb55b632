import { AppError, canonicalName } from '@mcm/kernel';
import {
  DataSource,
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
  'case when pg_column_size(raw_data) < 2000 then pg_column_size(raw_data) else octet_length(raw_data::text) end';

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
    const conditions = new SqlConditions()
      .and('coalesce(canonical_user, "user") = ?', filter.user && canonicalName(filter.user))
      .and('event_type = ?', filter.event_type)
      .and('source = ?', filter.source)
      .and('uid = ?::uuid', filter.uid)
      .andWhen(filter.conflict === true, 'conflicts_with is not null')
      .andWhen(filter.conflict === false, 'conflicts_with is null')
      .and('"timestamp" >= ?::timestamptz', filter.from_timestamp)
      .and('"timestamp" <= ?::timestamptz', filter.to_timestamp);
    // What the offset leaves out is counted off in the index alone: rows are fetched for the page only.
    const rows = await queryRows<Row & { page_bytes: string }>(
      this.dataSource,
      `with page as materialized (
         select id from events ${conditions.where}
          order by "timestamp" desc, id desc
          limit ${conditions.parameter(page.limit)} offset ${conditions.parameter(page.offset)}
       ), size as materialized (
         select sum(${SIZE}) as page_bytes from events where id in (select id from page)
       )
       select size.page_bytes, ${COLUMNS}
         from page cross join size
         left join events e on e.id = page.id and size.page_bytes <= ${conditions.parameter(ANSWER_LIMIT_BYTES)}
        order by e."timestamp" desc, e.id desc`,
      conditions.parameters,
    );
    return rows.map(({ page_bytes, ...row }) => {
      if (row.id === null) throw pageTooLarge(rows.length, Number(page_bytes));
      return event(row);
    });
  }

  /** @param id a whole number within 64 bits, as text */
  async byId(id: string): Promise<StoredEvent | null> {
    const rows = await queryRows<Row>(
      this.dataSource,
      `select ${COLUMNS} from events e where e.id = $1::bigint`,
      [id],
    );
    return rows[0] === undefined ? null : event(rows[0]);
  }

  /**
   * The events with these identities that are stored, oldest first: at most `limit`, and no more than fit into one
   * answer.
   */
  async byUids(uids: readonly string[], limit: number): Promise<StoredEvent[]> {
    if (uids.length === 0) return [];
    const rows = await queryRows<Row>(
      this.dataSource,
      `select ${COLUMNS}
         from (select id, sum(${SIZE}) over (order by "timestamp", id) as bytes_so_far
                 from events where uid = any($1::uuid[]) order by "timestamp", id limit $2) found
         join events e on e.id = found.id
        where found.bytes_so_far <= $3
        order by e."timestamp", e.id`,
      [uids, limit, ANSWER_LIMIT_BYTES],
    );
    return rows.map(event);
  }
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
