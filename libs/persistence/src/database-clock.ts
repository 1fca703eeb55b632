import { type Clock, messageOf } from '@mcm/kernel';
import { type FaultLog, FaultReporter } from '@mcm/platform';
import type { DataSource } from 'typeorm';
import { databaseError } from './database-errors.js';

/** Time between two looks at the clock of the database, in milliseconds. */
const POLL_MS = 10_000;
/** Milliseconds of doubt that an older look gains with each second. */
const DOUBT_PER_SECOND = 1;

interface ClockReading {
  /** What the database said, less {@link performance.now} at that moment. */
  offset: number;
  /** Milliseconds by which that may be wrong: half of the time that the answer took. */
  doubt: number;
  at: number;
}

/**
 * The clock of PostgreSQL, which all processes share, advanced between readings by a timer that cannot be set. The wall
 * clock of this machine has no part in it: it may be wrong by days, or jump.
 */
export class DatabaseClock implements Clock {
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly dataSource: DataSource,
    private reading: ClockReading,
    log: FaultLog,
  ) {
    const faults = new FaultReporter(log);
    this.timer = setInterval(() => {
      this.measure().catch((error: unknown) =>
        faults.report(
          'the clock of the database',
          new Error(messageOf(databaseError(error)), { cause: error }),
        ),
      );
    }, POLL_MS).unref();
  }

  /** Asks the database for its time. Close it with {@link stop}. */
  static async start(dataSource: DataSource, log: FaultLog): Promise<DatabaseClock> {
    return new DatabaseClock(dataSource, await readClock(dataSource), log);
  }

  now(): number {
    return Math.floor(this.reading.offset + performance.now());
  }

  /** By how many milliseconds the wall clock of this machine is ahead of the database's; negative when it is behind. */
  get skewMs(): number {
    return Date.now() - this.now();
  }

  /** Looks again. A look that took long replaces a better one only when that is old, or cannot be right any more. */
  async measure(): Promise<void> {
    const next = await readClock(this.dataSource);
    const { offset, doubt, at } = this.reading;
    const doubtByNow = doubt + ((next.at - at) / 1000) * DOUBT_PER_SECOND;
    const contradicts = Math.abs(next.offset - offset) > next.doubt + doubtByNow;
    if (contradicts || next.doubt <= doubtByNow) this.reading = next;
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

async function readClock(dataSource: DataSource): Promise<ClockReading> {
  const asked = performance.now();
  const [row] = await dataSource.query<{ now: Date }[]>('select clock_timestamp() as now');
  const at = performance.now();
  const middle = (asked + at) / 2;
  return { offset: row!.now.getTime() - middle, doubt: (at - asked) / 2, at };
}
