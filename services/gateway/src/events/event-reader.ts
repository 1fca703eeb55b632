import {
  DataSource,
  eventsByUids,
  eventSpans,
  queryRows,
  type RowOf,
  selected,
  SHOWN_EVENT,
  toSafeInteger,
} from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

/** A row of `events`; times are ISO 8601 in UTC. */
export type StoredEvent = RowOf<typeof SHOWN_EVENT> & {
  /** The name that the filter `user` compares. */
  canonical_user: string;
};

/** The columns of a {@link StoredEvent} in rows `e`. */
export const EVENT_COLUMNS = `${selected(SHOWN_EVENT, 'e')}, coalesce(e.canonical_user, e."user") as canonical_user`;

/** Most raw data that one answer holds, in bytes as JSON: an answer is built in memory as a whole. */
export const ANSWER_LIMIT_BYTES = 64 * 1024 * 1024;

/** How large the raw data of a row `e` is as JSON. Small values are not compressed, so that measuring them costs nothing. */
export const RAW_DATA_BYTES =
  'case when pg_column_size(e.raw_data) < 2000 then pg_column_size(e.raw_data) else octet_length(e.raw_data::text) end';

/** Reads stored events. */
@Injectable()
export class EventReader {
  constructor(private readonly dataSource: DataSource) {}

  /** @param id a whole number within 64 bits, as text */
  async byId(id: string): Promise<StoredEvent | null> {
    const spans = await eventSpans(this.dataSource, { ids: [id, id] });
    for (const { from, to } of spans.reverse()) {
      const [row] = await queryRows<EventRow>(
        this.dataSource,
        `select ${EVENT_COLUMNS} from events e
          where e.id = $1::bigint and e."timestamp" >= $2::timestamptz and e."timestamp" <= $3::timestamptz`,
        [id, from, to],
      );
      if (row !== undefined) return toStoredEvent(row);
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
      `e.uid, ${RAW_DATA_BYTES} as bytes`,
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
    return (await eventsByUids<EventRow>(this.dataSource, EVENT_COLUMNS, fitting, within)).map(toStoredEvent);
  }
}

/** As the driver gives it. */
export type EventRow = Omit<StoredEvent, 'id'> & { id: string };

export function toStoredEvent(row: EventRow): StoredEvent {
  return { ...row, id: toSafeInteger(row.id) };
}
