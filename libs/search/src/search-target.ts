import type { AppError } from '@mcm/kernel';

/** Adds a parameter to a statement and gives what it is called there, such as `$3`. */
export type AddParameter = (value: unknown) => string;

/** A record as it comes from the API or an archive: columns by name. */
export type SearchRecord = Readonly<Record<string, unknown>>;

/** A field with one value. */
export interface ColumnField {
  /**
   * How values compare: texts and names of actors by their folded form, identities as UUIDs, times and numbers by size.
   */
  readonly kind: 'text' | 'actor' | 'uuid' | 'time' | 'number';
  /** An expression over a row; for an actor it is the canonical name. */
  readonly sql: string;
  /** The value of a record, null when there is none; for an actor the name as it was sent. */
  read(record: SearchRecord): unknown;
}

/** A field with any number of values that are JSON. */
export interface JsonField {
  readonly kind: 'json';
  /** Names that a record has in it when it has a value here. */
  readonly names: readonly string[];
  /** An expression that gives a set of `jsonb`, one for each value. */
  sql(parameter: AddParameter): string;
  read(record: SearchRecord): readonly unknown[];
}

export type SearchField = ColumnField | JsonField;

/** What can be searched, and how it stands in the database and in memory. */
export interface SearchTarget {
  /** @throws what `refuse` makes of a sentence when there is no such field */
  check(path: readonly string[], refuse: (sentence: string) => AppError): void;
  /** The field at a path that {@link check} lets pass. */
  field(path: readonly string[]): SearchField;
  readonly words: {
    /** An expression over a row: one text in which each word of the record is found. It may hold more. */
    readonly anySql: string;
    /** A query that gives each text of a row, as column `t`. */
    readonly textsSql: string;
    /** An expression over a row: the words that are indexed, as `tsvector`; `soughtWords` says what they are. */
    readonly indexedSql: string;
    /** Each text of a record. */
    texts(record: SearchRecord): readonly string[];
  };
}
