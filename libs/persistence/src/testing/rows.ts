import type { DataSource } from 'typeorm';
import { columnList, type Columns, recordsFrom, type RowOf, selected } from '../tables/index.js';

/** Inserts records into a table; gives their ids, in their order, where the table has ids. */
export async function insertRows<C extends Columns>(
  database: DataSource,
  table: string,
  columns: C,
  rows: readonly RowOf<C>[],
): Promise<number[]> {
  const inserted = await database.query<{ id?: string }[]>(
    `insert into ${table} as stored (${columnList(columns)})
     select ${columnList(columns)} from ${recordsFrom('$1', 'record', columns)} returning stored.*`,
    [JSON.stringify(rows)],
  );
  return inserted.flatMap(({ id }) => (id === undefined ? [] : [Number(id)]));
}

/** Every row of a table as a record, in the order of its first column. */
export async function storedRows<C extends Columns>(
  database: DataSource,
  table: string,
  columns: C,
): Promise<RowOf<C>[]> {
  const rows = await database.query<Record<string, unknown>[]>(
    `select ${selected(columns, 't')} from ${table} t order by 1`,
  );
  const numbers = Object.keys(columns).filter((name) => columns[name]!.type === 'bigint');
  for (const row of rows) {
    for (const name of numbers) if (row[name] !== null) row[name] = Number(row[name]);
  }
  return rows as RowOf<C>[];
}

/** How many rows a table has. */
export async function countRows(database: DataSource, table: string): Promise<number> {
  const [row] = await database.query<{ count: number }[]>(`select count(*)::int as count from ${table}`);
  return row!.count;
}
