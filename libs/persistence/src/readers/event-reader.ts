import type { JsonObject } from '@mcm/contracts';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { toSafeInteger } from '../safe-integer.js';
import { queryRows } from './query-rows.js';
import { isoTime, SqlConditions } from './sql-conditions.js';

/** A row of `events`; times are ISO 8601 in UTC. */
export interface StoredEvent {
  id: number;
  event_type: string;
  user: string;
  timestamp: string;
  raw_data: JsonObject;
  event_id: string;
  source: string;
  received_at: string;
  uid: string;
}

/** Which events; what is absent does not matter. Times are ISO 8601 and both belong to the range. */
export interface EventFilter {
  user?: string;
  event_type?: string;
  source?: string;
  from_timestamp?: string;
  to_timestamp?: string;
}

const COLUMNS = `e.id, e.event_type, e."user", ${isoTime('e."timestamp"')} as "timestamp", e.raw_data, e.event_id,
  e.source, ${isoTime('e.received_at')} as received_at, e.uid`;

/** Reads stored events. */
@Injectable()
export class EventReader {
  constructor(private readonly dataSource: DataSource) {}

  /** Events that match, newest first. */
  async list(filter: EventFilter, page: { limit: number; offset: number }): Promise<StoredEvent[]> {
    const conditions = new SqlConditions()
      .and('"user" = ?', filter.user)
      .and('event_type = ?', filter.event_type)
      .and('source = ?', filter.source)
      .and('"timestamp" >= ?::timestamptz', filter.from_timestamp)
      .and('"timestamp" <= ?::timestamptz', filter.to_timestamp);
    // What the offset leaves out is counted off in the index alone: rows are fetched for the page only.
    return this.rows(
      `select ${COLUMNS}
         from (select id from events ${conditions.where}
                order by "timestamp" desc, id desc
                limit ${conditions.parameter(page.limit)} offset ${conditions.parameter(page.offset)}) page
         join events e on e.id = page.id
        order by e."timestamp" desc, e.id desc`,
      conditions.parameters,
    );
  }

  /** @param id a whole number within 64 bits, as text */
  async byId(id: string): Promise<StoredEvent | null> {
    const rows = await this.rows(`select ${COLUMNS} from events e where e.id = $1::bigint`, [id]);
    return rows[0] ?? null;
  }

  /** The events with these identities that are stored, oldest first. */
  async byUids(uids: readonly string[], limit: number): Promise<StoredEvent[]> {
    if (uids.length === 0) return [];
    return this.rows(
      `select ${COLUMNS} from events e where e.uid = any($1::uuid[]) order by e."timestamp", e.id limit $2`,
      [uids, limit],
    );
  }

  private async rows(sql: string, parameters: unknown[]): Promise<StoredEvent[]> {
    const rows = await queryRows<Omit<StoredEvent, 'id'> & { id: string }>(this.dataSource, sql, parameters);
    return rows.map((row) => ({ ...row, id: toSafeInteger(row.id) }));
  }
}
