import type { DeadLetter } from '@mcm/contracts';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { toSafeInteger } from '../safe-integer.js';
import { type RowOf, selected } from '../tables/columns.js';
import { DEAD_LETTER } from '../tables/dead-letters.js';
import { queryRows } from './query-rows.js';
import { SqlConditions } from './sql-conditions.js';

/** A row of `dead_letters`; times are ISO 8601 in UTC. */
export type StoredDeadLetter = RowOf<typeof DEAD_LETTER>;

const COLUMNS = selected(DEAD_LETTER, 'd');

/** Reads dead letters. */
@Injectable()
export class DeadLetterReader {
  constructor(private readonly dataSource: DataSource) {}

  /** Newest first. */
  async page(
    filter: { origin?: DeadLetter['origin'] },
    page: { limit: number; offset: number },
  ): Promise<{ items: StoredDeadLetter[]; total: number }> {
    const counted = new SqlConditions().and('origin = ?', filter.origin);
    const listed = new SqlConditions().and('origin = ?', filter.origin);
    const [totals, items] = await Promise.all([
      queryRows<{ total: string }>(
        this.dataSource,
        `select count(*) as total from dead_letters ${counted.where}`,
        counted.parameters,
      ),
      this.rows(
        `select ${COLUMNS} from dead_letters d ${listed.where} order by d.failed_at desc, d.id desc
          limit ${listed.parameter(page.limit)} offset ${listed.parameter(page.offset)}`,
        listed.parameters,
      ),
    ]);
    return { items, total: Number(totals[0]?.total ?? 0) };
  }

  /** @param id a whole number within 64 bits, as text */
  async byId(id: string): Promise<StoredDeadLetter | null> {
    const rows = await this.rows(`select ${COLUMNS} from dead_letters d where id = $1::bigint`, [id]);
    return rows[0] ?? null;
  }

  private async rows(sql: string, parameters: unknown[]): Promise<StoredDeadLetter[]> {
    const rows = await queryRows<Omit<StoredDeadLetter, 'id'> & { id: string }>(
      this.dataSource,
      sql,
      parameters,
    );
    return rows.map((row) => ({ ...row, id: toSafeInteger(row.id) }));
  }
}
