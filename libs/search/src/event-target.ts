import type { AddParameter, ColumnField, JsonField, SearchRecord, SearchTarget } from './search-target.js';

const column = (kind: ColumnField['kind'], name: string, sql = `e."${name}"`): ColumnField => ({
  kind,
  sql,
  read: (record) => record[name],
});

/** The fields of an event itself, by name. Rows are called `e`. */
const EVENT_COLUMNS: ReadonlyMap<string, ColumnField> = new Map([
  ['source', column('text', 'source')],
  ['event_type', column('text', 'event_type')],
  ['user', column('actor', 'user', 'coalesce(e.canonical_user, e."user")')],
  ['event_id', column('text', 'event_id')],
  ['timestamp', column('time', 'timestamp')],
  ['received_at', column('time', 'received_at')],
  ['uid', column('uuid', 'uid')],
  ['conflicts_with', column('uuid', 'conflicts_with')],
]);

/** Names of the fields of an event itself; every other name is a path in `raw_data`. */
export const EVENT_FIELD_NAMES: readonly string[] = [...EVENT_COLUMNS.keys()];

const RAW_DATA = 'raw_data';
/** The envelope's texts in which words are searched. */
const TEXTS = ['source', 'event_type', 'user', 'canonical_user', 'event_id'] as const;

/** Every scalar, and every name of a field. */
const TEXTS_SQL = `
  select unnest(array[${TEXTS.map((name) => `e."${name}"`).join(', ')}])
  union all select scalar #>> '{}' from jsonb_path_query(e.raw_data, 'strict $.**') scalar
   where jsonb_typeof(scalar) in ('string', 'number', 'boolean')
  union all select name #>> '{}'
    from jsonb_path_query(e.raw_data, 'strict $.** ? (@.type() == "object").keyvalue().key') name`;

/** Events: their own fields by name, and every path of `raw_data` with or without that prefix. */
export const EVENTS: SearchTarget = {
  check(path, refuse) {
    if (path.length === 1 && path[0] === RAW_DATA) {
      throw refuse('raw_data takes the name of a field behind a dot, such as raw_data.ip');
    }
    const [first = ''] = path;
    if (path.length > 1 && EVENT_COLUMNS.has(first)) {
      throw refuse(`${first} has no fields; write raw_data.${path.join('.')} when it is in the raw data`);
    }
  },
  field(path) {
    const own = path.length === 1 ? EVENT_COLUMNS.get(path[0]!) : undefined;
    return own ?? rawField(path[0] === RAW_DATA ? path.slice(1) : path);
  },
  words: {
    anySql: `concat_ws(' ', ${TEXTS.map((name) => `e."${name}"`).join(', ')}, e.raw_data::text)`,
    textsSql: TEXTS_SQL,
    indexedSql: `event_words(${TEXTS.map((name) => `e."${name}"`).join(', ')}, e.raw_data)`,
    texts: (record) => [
      ...TEXTS.map((name) => record[name]).filter((text) => typeof text === 'string'),
      ...textsIn(record[RAW_DATA]),
    ],
  },
};

/** A path in `raw_data`; lists on the way and at its end count as each of their entries. */
function rawField(path: readonly string[]): JsonField {
  // Names of jsonpath are texts of JavaScript, so JSON writes them; the result is a parameter like any other.
  const jsonPath = `lax $${path.map((name) => `.${JSON.stringify(name)}`).join('')}[*]`;
  return {
    kind: 'json',
    names: path,
    sql: (parameter: AddParameter) => `jsonb_path_query(e.raw_data, ${parameter(jsonPath)}::jsonpath)`,
    read: (record: SearchRecord) => {
      let found = [record[RAW_DATA]];
      for (const name of path) {
        found = found.flatMap(entries).flatMap((value) => {
          const holder = value as Record<string, unknown>;
          return isObject(value) && Object.hasOwn(holder, name) ? [holder[name]] : [];
        });
      }
      return found.flatMap(entries);
    },
  };
}

function entries(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every scalar as text, and every name. */
function textsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) => [name, ...textsIn(inner)]);
  }
  return value === null || value === undefined ? [] : [String(value)];
}
