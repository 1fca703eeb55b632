import type { TimeLimitedQueries } from './time-limited-queries.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Longest stretch that one statement reads. It bounds the partitions that the statement locks. */
const LONGEST = 8 * DAY;
const SHORTEST = 60_000;
/** Days are looked up in portions: there may be millions, as senders choose the times of events. */
const DAYS_AT_A_TIME = 64;
/** A stretch that took less than this is followed by a longer one. */
const QUICK_MS = 50;
/** The end of the years that there are. */
const END_OF_TIME = Date.UTC(10_000, 0, 1);

/** A stretch of event time, as ISO 8601 or `infinity`. */
export interface Stretch {
  from: string;
  /** Does not belong to it. */
  before: string;
  /** Whether its days have the indexes for searching; few may be of the other kind. */
  closed: boolean;
}

export interface Walk {
  /** The range of event time, ISO 8601 in UTC; absent means without end. */
  from?: string | undefined;
  /** Belongs to the range. */
  to?: string | undefined;
  /** Time for all of it, in milliseconds. */
  budgetMs: number;
  /**
   * Reads a stretch within this time, in milliseconds.
   *
   * @returns whether to go on; null when the time was not enough
   */
  read(stretch: Stretch, limitMs: number): Promise<boolean | null>;
  /** Whether a whole day with this number of events need not be read. */
  pass?(events: number): boolean;
}

interface Day {
  start: number;
  events: number;
  closed: boolean;
}

/**
 * Reads event time backwards, newest first, stretch by stretch, until `read` has enough, the range ends, or the time is up.
 * A stretch that proves too long for its share of the time is read in shorter ones.
 *
 * @returns how far it came when the time was up, as ISO 8601: everything from then on was read; else null
 */
export async function walkDays(queries: TimeLimitedQueries, walk: Walk): Promise<string | null> {
  const end = performance.now() + walk.budgetMs;
  const first = walk.from === undefined ? -Infinity : Date.parse(walk.from);
  let before = walk.to === undefined ? END_OF_TIME : Date.parse(walk.to) + 1;
  let length = DAY;
  const days = new EventDays(queries, walk.from);
  for (;;) {
    const left = end - performance.now();
    if (left <= 0) return reached(before);
    const day = await days.newestBefore(before, left);
    if (day === 'late') return reached(before);
    if (day === null) return null;
    before = Math.min(before, day.start + DAY);
    const isWhole = before === day.start + DAY && first <= day.start;
    if (isWhole && walk.pass?.(day.events)) {
      before = day.start;
      continue;
    }
    const from =
      length < DAY ? Math.max(day.start, before - length) : days.alikeSince(day, day.start - (length - DAY));
    const stretch = { from: isoTime(Math.max(first, from)), before: isoTime(before), closed: day.closed };
    const started = performance.now();
    const goOn = await walk.read(stretch, Math.min(left, walk.budgetMs / 3));
    if (goOn === false) return null;
    if (goOn === null) {
      if (length <= SHORTEST) return reached(before);
      length = length > DAY ? DAY : length > HOUR ? HOUR : SHORTEST;
      continue;
    }
    before = from;
    if (before <= first) return null;
    if (performance.now() - started < QUICK_MS) length = Math.min(LONGEST, length * 2);
  }
}

/** The days that have events, as the daily counts know them, newest first. */
class EventDays {
  private portion: Day[] = [];
  private exhausted = false;

  constructor(
    private readonly queries: TimeLimitedQueries,
    private readonly from: string | undefined,
  ) {}

  /** The newest day with events that begins before this time; `late` when the time was not enough. */
  async newestBefore(time: number, limitMs: number): Promise<Day | 'late' | null> {
    this.portion = this.portion.filter(({ start }) => start < time);
    if (this.portion.length > 0 || this.exhausted) return this.portion[0] ?? null;
    const rows = await this.queries.rows<{ start: string; count: string; closed: boolean }>(
      limitMs,
      `select extract(epoch from c.day) as start, c.count, coalesce(d.state = 'closed', false) as closed
         from event_daily_counts c left join event_days d on d.day = c.day
        where c.count > 0 and c.day < $1::timestamptz and c.day >= coalesce($2::timestamptz, '-infinity')::date
        order by c.day desc limit ${DAYS_AT_A_TIME}`,
      [isoTime(time), this.from ?? null],
    );
    if (rows === null) return 'late';
    this.portion = rows.map(({ start, count, closed }) => ({
      start: Number(start) * 1000,
      events: Number(count),
      closed,
    }));
    this.exhausted = rows.length < DAYS_AT_A_TIME;
    return this.portion[0] ?? null;
  }

  /** This time, or a later one when a day before the given one is closed and that one is not, or the other way round. */
  alikeSince({ start, closed }: Day, time: number): number {
    const other = this.portion.find((each) => each.start < start && each.closed !== closed);
    return other === undefined ? time : Math.max(time, other.start + DAY);
  }
}

/** A time that the walk came back to, or the last one that there is. */
function reached(time: number): string {
  return new Date(Math.min(time, END_OF_TIME - 1)).toISOString();
}

function isoTime(time: number): string {
  if (time >= END_OF_TIME) return 'infinity';
  const iso = new Date(time).toISOString();
  return /^\d{4}-/.test(iso) && !iso.startsWith('0000') ? iso : '-infinity';
}
