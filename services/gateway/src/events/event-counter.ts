import { DataSource } from '@mcm/persistence';
import { EVENTS, parseFieldName, type SearchField } from '@mcm/search';
import { Injectable } from '@nestjs/common';
import { GatewayConfig } from '../gateway.config.js';
import { SearchPlaces } from '../search/search-places.js';
import { type TimeLimitedQueries, withTimeLimits } from '../search/time-limited-queries.js';
import { type Stretch, walkDays } from '../search/walk-days.js';
import type { EventFacetDto, EventFacetsDto, EventHistogramDto } from './event-counts.dto.js';
import {
  eventConditions,
  type EventFilter,
  isTimeAlone,
  readFilter,
  type ReadFilter,
} from './event-filter.js';

const DAY_SECONDS = 86_400;
/** Lengths of bars, in seconds: those that people read clocks in. They divide a day, or are made of days. */
const BAR_SECONDS = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, DAY_SECONDS];
const WEEK_MS = 7 * DAY_SECONDS * 1000;

/** Different values of a field that are counted in one stretch of time, and over all of them. */
const VALUES_OF_STRETCH = 2_000;
const VALUES_MAX = 20_000;

/** A filter with both ends of its range. */
type RangedFilter = EventFilter & { from_timestamp: string; to_timestamp: string };

/** Counts events, for a limited time: newest first, so that what is left out is the oldest. */
@Injectable()
export class EventCounter {
  constructor(
    private readonly database: DataSource,
    private readonly places: SearchPlaces,
    private readonly config: GatewayConfig,
  ) {}

  /** @throws AppError `SEARCH.INVALID_QUERY`, `SEARCH.BUSY` */
  async histogram(filter: EventFilter, bars: number): Promise<EventHistogramDto> {
    const ranged = withRange(filter);
    const read = readFilter(ranged);
    const seconds = barLength(ranged, bars);
    const counts = new Map<number, number>();
    const add = (rows: readonly { bar: string; count: string }[]) => {
      for (const { bar, count } of rows) {
        counts.set(Number(bar), (counts.get(Number(bar)) ?? 0) + Number(count));
      }
    };
    const bar = (time: string) => `floor(extract(epoch from ${time}) / ${seconds})::bigint`;
    const fromCounters = isTimeAlone(read) && seconds % DAY_SECONDS === 0 && isWholeDays(ranged);
    const reached = await this.walk(read, async (queries, stretch, limitMs) => {
      const conditions = eventConditions(read, stretch);
      const rows = await queries.rows<{ bar: string; count: string }>(
        limitMs,
        fromCounters
          ? `select ${bar('day')} as bar, sum(count) as count from event_daily_counts
              where day >= $1::timestamptz and day < $2::timestamptz group by 1`
          : `select ${bar('e."timestamp"')} as bar, count(*) as count from events e ${conditions.where} group by 1`,
        conditions.parameters,
      );
      if (rows !== null) add(rows);
      return rows && true;
    });
    const found = [...counts].sort(([one], [other]) => one - other);
    return {
      ...counted(reached, fromCounters),
      bar_seconds: seconds,
      total: found.reduce((sum, [, count]) => sum + count, 0),
      bars: found.map(([at, count]) => ({ from: new Date(at * seconds * 1000).toISOString(), count })),
    };
  }

  /** @throws AppError `SEARCH.INVALID_QUERY`, `SEARCH.BUSY` */
  async facets(filter: EventFilter, names: readonly string[], most: number): Promise<EventFacetsDto> {
    const read = readFilter(withRange(filter));
    const fields = names.map((name) => ({
      name,
      field: EVENTS.field(parseFieldName(name, EVENTS)),
      counts: new Map<string, number>(),
      exact: true,
    }));
    const reached = await this.walk(read, async (queries, stretch, limitMs) => {
      const conditions = eventConditions(read, stretch);
      const values = fields.map(
        ({ field }, i) => `(${i}, ${valueSql(field, (value) => conditions.parameter(value))})`,
      );
      const rows = await queries.rows<{ i: number; value: string; count: string }>(
        limitMs,
        `select i, value, count from (
           select i, value, count(*) as count, row_number() over (partition by i order by count(*) desc) as place
             from events e cross join lateral (values ${values.join(', ')}) field (i, value)
             ${conditions.where} and value is not null group by i, value) counted
          where place <= ${VALUES_OF_STRETCH + 1}`,
        conditions.parameters,
      );
      if (rows === null) return null;
      for (const [i, field] of fields.entries()) {
        const own = rows.filter((row) => row.i === i);
        if (own.length > VALUES_OF_STRETCH) field.exact = false;
        for (const { value, count } of own) {
          const before = field.counts.get(value);
          if (before === undefined && field.counts.size >= VALUES_MAX) field.exact = false;
          else field.counts.set(value, (before ?? 0) + Number(count));
        }
      }
      return true;
    });
    const facets = fields.map(({ name, counts, exact }): EventFacetDto => {
      const byCount = [...counts].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
      return {
        field: name,
        values: byCount.slice(0, most).map(([value, count]) => ({ value, count })),
        exact,
      };
    });
    const { exact, ...how } = counted(reached, false);
    return { ...how, exact: exact && facets.every((facet) => facet.exact), facets };
  }

  private walk(
    { filter }: ReadFilter,
    read: (queries: TimeLimitedQueries, stretch: Stretch, limitMs: number) => Promise<true | null>,
  ): Promise<string | null> {
    return this.places.run(() =>
      withTimeLimits(this.database, (queries) =>
        walkDays(queries, {
          from: filter.from_timestamp,
          to: filter.to_timestamp,
          budgetMs: this.config.apiSearchMs,
          read: (stretch, limitMs) => read(queries, stretch, limitMs),
        }),
      ),
    );
  }
}

function counted(reached: string | null, fromCounters: boolean) {
  return {
    exact: reached === null,
    how: fromCounters ? ('counters' as const) : ('events' as const),
    searched_back_to: reached,
  };
}

/** The last seven days unless the filter says something else. */
function withRange(filter: EventFilter): RangedFilter {
  const to_timestamp = filter.to_timestamp ?? new Date().toISOString();
  const weekBefore = Math.max(Date.parse('0001-01-01T00:00:00Z'), Date.parse(to_timestamp) - WEEK_MS);
  return {
    ...filter,
    to_timestamp,
    from_timestamp: filter.from_timestamp ?? new Date(weekBefore).toISOString(),
  };
}

/** The shortest round length, in seconds, with which at most this number of bars covers the range. */
function barLength({ from_timestamp, to_timestamp }: RangedFilter, bars: number): number {
  const seconds = Math.max(1, (Date.parse(to_timestamp) - Date.parse(from_timestamp)) / 1000);
  const round = BAR_SECONDS.find((length) => seconds / length <= bars);
  return round ?? Math.ceil(seconds / bars / DAY_SECONDS) * DAY_SECONDS;
}

function isWholeDays({ from_timestamp, to_timestamp }: RangedFilter): boolean {
  return from_timestamp.endsWith('T00:00:00.000Z') && to_timestamp.endsWith('T23:59:59.999Z');
}

/** The value of a field as text; of several the first. */
function valueSql(field: SearchField, parameter: (value: unknown) => string): string {
  return field.kind === 'json'
    ? `(select v #>> '{}' from ${field.sql(parameter)} v where jsonb_typeof(v) in ('string', 'number', 'boolean') limit 1)`
    : `(${field.sql})::text`;
}
