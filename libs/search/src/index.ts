export { EVENT_FIELD_NAMES, EVENTS } from './event-target.js';
export { matches } from './matches.js';
export { parseFieldName, parseQuery } from './parse-query.js';
export { QUERY_LIMITS } from './query.js';
export type { Comparison, FieldTest, Query, WordsQuery } from './query.js';
export { queryFault } from './query-fault.js';
export type {
  AddParameter,
  ColumnField,
  JsonField,
  SearchField,
  SearchRecord,
  SearchTarget,
} from './search-target.js';
export { indexedWordsSql } from './sought-words.js';
export { toSql } from './to-sql.js';
