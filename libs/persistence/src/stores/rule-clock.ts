import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { databaseError } from '../database-errors.js';

const ADVANCE = `
  update rule_clock set evaluated_to = $1::timestamptz
   where evaluated_to is null or evaluated_to < $1::timestamptz`;

/** Remembers up to which arrival time everything that did not happen has become findings. */
@Injectable()
export class RuleClock {
  constructor(private readonly dataSource: DataSource) {}

  /** Milliseconds since 1970; undefined before the first evaluation. */
  async evaluatedTo(): Promise<number | undefined> {
    const rows = await this.query<{ evaluated_to: Date | null }[]>('select evaluated_to from rule_clock');
    return rows[0]?.evaluated_to?.getTime();
  }

  /** Never goes back. */
  async advance(to: number): Promise<void> {
    await this.query(ADVANCE, [new Date(to).toISOString()]);
  }

  private async query<T>(sql: string, parameters: unknown[] = []): Promise<T> {
    try {
      return await this.dataSource.query<T>(sql, parameters);
    } catch (error) {
      throw databaseError(error);
    }
  }
}
