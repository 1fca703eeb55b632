import { canonicalName } from '@mcm/kernel';
import { SqlConditions } from '@mcm/persistence';
import { EVENTS, indexedWordsSql, parseQuery, type Query, toSql } from '@mcm/search';
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

/** Whether it asks for nothing of an event but its time. */
export function isTimeAlone({ filter, query }: ReadFilter): boolean {
  const { from_timestamp: _from, to_timestamp: _to, q: _q, ...others } = filter;
  return query.kind === 'everything' && Object.values(others).every((value) => value === undefined);
}

/** The filter as conditions over rows `e` of a stretch of time. */
export function eventConditions(read: ReadFilter, stretch: Stretch): SqlConditions {
  const { filter, query } = read;
  const conditions = new SqlConditions()
    .and('e."timestamp" >= ?::timestamptz', stretch.from)
    .and('e."timestamp" < ?::timestamptz', stretch.before)
    .and('coalesce(e.canonical_user, e."user") = ?', filter.user && canonicalName(filter.user))
    .and('e.event_type = ?', filter.event_type)
    .and('e.source = ?', filter.source)
    .and('e.uid = ?::uuid', filter.uid)
    .andWhen(filter.conflict === true, 'e.conflicts_with is not null')
    .andWhen(filter.conflict === false, 'e.conflicts_with is null');
  const parameter = (value: unknown) => conditions.parameter(value);
  const sql = toSql(query, EVENTS, parameter);
  const words = stretch.closed ? indexedWordsSql(everythingAsked(read), EVENTS, parameter) : null;
  if (words === null) return conditions.andWhen(query.kind !== 'everything', sql);
  // The planner knows from statistics how frequent words are, and would guess too low what is left of the events then.
  return conditions.andWhen(true, words).andWhen(query.kind !== 'everything', `coalesce(${sql}, false)`);
}

/** The query, and those parameters that have no index of their own. */
function everythingAsked({ filter, query }: ReadFilter): Query {
  const field = (name: 'source' | 'event_type'): Query[] => {
    const value = filter[name];
    return value === undefined
      ? []
      : [{ kind: 'field', path: [name], test: { kind: 'equals', parts: [value] } }];
  };
  return { kind: 'all', of: [query, ...field('source'), ...field('event_type')] };
}
