import type { DataSource } from 'typeorm';
import { type Columns, type RowOf, selected } from '../src/index.js';

/** Every row of a table as a record, in the order of its first column. */
export async function storedRows<C extends Columns>(
  dataSource: DataSource,
  table: string,
  columns: C,
): Promise<RowOf<C>[]> {
  const rows = await dataSource.query<Record<string, unknown>[]>(
    `select ${selected(columns, 't')} from ${table} t order by 1`,
  );
  const numbers = Object.keys(columns).filter((name) => columns[name]!.type === 'bigint');
  for (const row of rows) {
    for (const name of numbers) if (row[name] !== null) row[name] = Number(row[name]);
  }
  return rows as RowOf<C>[];
}

/** How many rows a table has. */
export async function countRows(dataSource: DataSource, table: string): Promise<number> {
  const [row] = await dataSource.query<{ count: number }[]>(`select count(*)::int as count from ${table}`);
  return row!.count;
}
