import { isoTime } from './iso-time.js';

/** A type of PostgreSQL that columns have, as its catalogue names it. */
export type ColumnType =
  | 'bigint'
  | 'boolean'
  | 'integer'
  | 'jsonb'
  | 'numeric'
  | 'smallint'
  | 'text'
  | 'text[]'
  | 'timestamptz(3)'
  | 'uuid'
  | 'uuid[]';

/** A column of a table; `T` is what its values are in a record. */
export interface Column<T> {
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** Never set: it carries `T`. */
  readonly value?: T;
}

/** Columns of a table by their names. A list of them is written once and makes the SQL and the types. */
export type Columns = Readonly<Record<string, Column<unknown>>>;

/** A record with a value for each of the columns; times are ISO 8601 in UTC with milliseconds. */
export type RowOf<C extends Columns> = {
  -readonly [Name in keyof C]: C[Name] extends Column<infer T> ? T : never;
};

/** A column that always has a value. */
export function column<T>(type: ColumnType): Column<T> {
  return { type, nullable: false };
}

/** A column that may be empty. */
export function nullable<T>(type: ColumnType): Column<T | null> {
  return { type, nullable: true };
}

/** Some of the columns, in the order of `names`. */
export function pick<C extends Columns, Name extends keyof C & string>(
  columns: C,
  ...names: Name[]
): Pick<C, Name> {
  return Object.fromEntries(names.map((name) => [name, columns[name]])) as unknown as Pick<C, Name>;
}

/** The columns but for some. */
export function without<C extends Columns, Name extends keyof C & string>(
  columns: C,
  ...names: Name[]
): Omit<C, Name> {
  const left = Object.entries(columns).filter(([name]) => !names.includes(name as Name));
  return Object.fromEntries(left) as unknown as Omit<C, Name>;
}

/** `"a", "b"`: the columns as an insert lists them; with an alias of their table as a select does. */
export function columnList(columns: Columns, alias?: string): string {
  return eachColumn(columns, (name) => (alias === undefined ? name : `${alias}.${name}`));
}

/** Text for every column, by its quoted name, separated by commas. */
export function eachColumn(columns: Columns, text: (name: string, type: ColumnType) => string): string {
  return Object.entries(columns)
    .map(([name, { type }]) => text(`"${name}"`, type))
    .join(', ');
}

/** `jsonb_to_recordset(parameter) as alias ("a" text, "b" uuid)`: records in a JSON array as rows. */
export function recordsFrom(parameter: string, alias: string, columns: Columns): string {
  return `jsonb_to_recordset(${parameter}::jsonb) as ${alias} (${eachColumn(columns, (name, type) => `${name} ${type}`)})`;
}

/**
 * The columns as a select lists them whose rows are records: times in ISO 8601, decimal numbers as numbers. Only a
 * `bigint` comes as text; see `toSafeInteger`.
 */
export function selected(columns: Columns, alias: string): string {
  return eachColumn(columns, (name, type) => {
    const column = `${alias}.${name}`;
    if (type === 'timestamptz(3)') return `${isoTime(column)} as ${name}`;
    if (type === 'numeric') return `${column}::float8 as ${name}`;
    // The driver knows no arrays of uuids.
    return type === 'uuid[]' ? `${column}::text[] as ${name}` : column;
  });
}
