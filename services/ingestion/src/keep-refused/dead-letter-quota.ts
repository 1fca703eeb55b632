import { databaseError, DataSource } from '@mcm/persistence';
import { Injectable } from '@nestjs/common';

const TAKE = `
  insert into dead_letter_days as today (day, subject, bytes) values ($1, $2, $3)
  on conflict (day, subject) do update set bytes = today.bytes + excluded.bytes where today.bytes < $4
  returning bytes`;
const DROP = `
  update dead_letter_days set dropped = dropped + $3 where day = $1 and subject = $2
  returning dropped = $3 as first`;
const EXPIRE = 'delete from dead_letter_days where day < $1';

/** Dead letters that are to be kept together. */
export interface LettersToKeep {
  /** ISO 8601, in UTC. */
  readonly day: string;
  readonly subject: string;
  readonly letters: number;
  readonly bytes: number;
}

/** Counts what is kept of refused items by day and subject, over all processes. */
@Injectable()
export class DeadLetterQuota {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Takes room for letters as long as less than the quota has been kept on their day: the last ones may exceed it.
   *
   * @returns `kept`, or `dropped`; `first-dropped` for the first ones of the day
   */
  async take(letters: LettersToKeep, quotaBytes: number): Promise<'kept' | 'dropped' | 'first-dropped'> {
    const { day, subject } = letters;
    const kept = await this.query<unknown[]>(TAKE, [day, subject, letters.bytes, quotaBytes]);
    if (kept.length > 0) return 'kept';
    const [dropped] = await this.query<[{ first: boolean }[], number]>(DROP, [day, subject, letters.letters]);
    return dropped[0]?.first === true ? 'first-dropped' : 'dropped';
  }

  /** Forgets days before this one (ISO 8601, in UTC). */
  async expire(day: string): Promise<void> {
    await this.query(EXPIRE, [day]);
  }

  private async query<T>(sql: string, parameters: unknown[]): Promise<T> {
    try {
      return await this.dataSource.query<T>(sql, parameters);
    } catch (error) {
      throw databaseError(error);
    }
  }
}
