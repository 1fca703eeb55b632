import { hash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from '@mcm/persistence';

/** How many tries are free, and how long each further one makes the next wait. */
export interface Patience {
  /** Tries before the first delay. */
  free: number;
  /** Longest delay, in seconds. */
  longestSeconds: number;
}

/**
 * Slows down guessing. Each subject (a name, an address) has a number of tries; behind the free ones each doubles the time
 * until the next. A day without a try forgets them. Subjects share 65,536 buckets of each kind, so that names and addresses
 * that are made up cannot fill the table.
 */
@Injectable()
export class SignInThrottle {
  constructor(private readonly database: DataSource) {}

  /**
   * Counts a try before it is made, so that many at the same time are counted, too.
   *
   * @returns seconds until the next try is taken; 0 when this one is
   */
  async take(kind: string, subject: string, { free, longestSeconds }: Patience): Promise<number> {
    const bucket = bucketOf(kind, subject);
    const taken = await this.database.query<{ bucket: string }[]>(
      `insert into sign_in_throttle as t (bucket, tries, last_try_at, free_at) values ($1, 1, now(), now())
       on conflict (bucket) do update set
         tries = case when t.last_try_at < now() - interval '1 day' then 1 else least(t.tries, 1000) + 1 end,
         last_try_at = now(),
         free_at = case when t.last_try_at < now() - interval '1 day' or t.tries + 1 < $2 then now()
           else now() + least($3, power(2, least(t.tries + 1 - $2, 20))) * interval '1 second' end
       where t.free_at <= now()
       returning bucket`,
      [bucket, free, longestSeconds],
    );
    if (taken.length > 0) return 0;
    const [row] = await this.database.query<{ seconds: string }[]>(
      `select greatest(1, ceil(extract(epoch from free_at - now()))) as seconds from sign_in_throttle where bucket = $1`,
      [bucket],
    );
    return Number(row?.seconds ?? 1);
  }

  /**
   * Takes back one try, which was no guess; all others stay. A try is taken only when no wait is left, so that none is left
   * afterwards either.
   */
  async giveBack(kind: string, subject: string): Promise<void> {
    await this.database.query(
      'update sign_in_throttle set tries = greatest(tries - 1, 0), free_at = now() where bucket = $1',
      [bucketOf(kind, subject)],
    );
  }

  /** Forgets the tries of a subject that has proved itself. */
  async forget(kind: string, subject: string): Promise<void> {
    await this.database.query('delete from sign_in_throttle where bucket = $1', [bucketOf(kind, subject)]);
  }
}

function bucketOf(kind: string, subject: string): string {
  return `${kind}:${hash('sha256', subject, 'hex').slice(0, 4)}`;
}
