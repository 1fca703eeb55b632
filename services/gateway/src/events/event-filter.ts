import { canonicalName } from '@mcm/kernel';
import { SqlConditions } from '@mcm/persistence';
import { EVENTS, parseQuery, type Query, toSql } from '@mcm/search';
import type { Stretch } from '../search/walk-days.js';

/** Which events; what is absent does not matter. Times are ISO 8601 and both belong to the range. */
export interface EventFilter {
  /** In the search language. */
  q?: string;
  user?: string;
  event_type?: string;
  source?: string;
  uid?: string;
  /** Conflicts alone, or none of them. */
  conflict?: boolean;
  from_timestamp?: string;
  to_timestamp?: string;
}

/** A filter whose query was understood. */
export interface ReadFilter {
  filter: EventFilter;
  query: Query;
}

/** @throws AppError `SEARCH.INVALID_QUERY` */
export function readFilter(filter: EventFilter): ReadFilter {
  return { filter, query: parseQuery(filter.q ?? '', EVENTS) };
}

/** Whether it asks for something of an event beside its time. */
export function isTimeAlone({ filter, query }: ReadFilter): boolean {
  const { from_timestamp: _from, to_timestamp: _to, q: _q, ...others } = filter;
  return query.kind === 'everything' && Object.values(others).every((value) => value === undefined);
}

/** The filter as conditions over rows `e` of a stretch of time. */
export function eventConditions({ filter, query }: ReadFilter, stretch: Stretch): SqlConditions {
  const conditions = new SqlConditions()
    .and('e."timestamp" >= ?::timestamptz', stretch.from)
    .and('e."timestamp" < ?::timestamptz', stretch.before)
    .and('coalesce(e.canonical_user, e."user") = ?', filter.user && canonicalName(filter.user))
    .and('e.event_type = ?', filter.event_type)
    .and('e.source = ?', filter.source)
    .and('e.uid = ?::uuid', filter.uid)
    .andWhen(filter.conflict === true, 'e.conflicts_with is not null')
    .andWhen(filter.conflict === false, 'e.conflicts_with is null');
  const sql = toSql(query, EVENTS, (value) => conditions.parameter(value));
  return conditions.andWhen(query.kind !== 'everything', sql);
}
