/**
 * What the archive holds of an event, in format 1. PostgreSQL and DuckDB each compute the hash of an event from its columns;
 * that both come to the same says that a file holds what the table held.
 *
 * An event is hashed as a leaf of RFC 6962: SHA-256 of a zero byte and the columns in this order, separated by commas. Each
 * column is `<length in bytes of UTF-8>:<text>`, or `-` where it has no value. A time is its milliseconds since 1970.
 */
const COLUMNS = {
  id: 'BIGINT',
  uid: 'UUID',
  source: 'VARCHAR',
  event_id: 'VARCHAR',
  event_type: 'VARCHAR',
  user: 'VARCHAR',
  canonical_user: 'VARCHAR',
  timestamp: 'TIMESTAMPTZ',
  received_at: 'TIMESTAMPTZ',
  correlation_id: 'VARCHAR',
  raw_data: 'VARCHAR',
  content_hash: 'VARCHAR',
  conflicts_with: 'UUID',
} as const;
type ColumnName = keyof typeof COLUMNS;

/** An archived event: its row, times in ISO 8601, `raw_data` as JSON text. */
export type ArchivedEvent = Record<Exclude<ColumnName, NullableColumn>, string> &
  Record<NullableColumn, string | null>;
type NullableColumn = 'canonical_user' | 'content_hash' | 'conflicts_with';

const entries = Object.entries(COLUMNS) as [ColumnName, string][];
export const COLUMN_NAMES = entries.map(([name]) => name);
const list = COLUMN_NAMES.map((name) => `"${name}"`).join(', ');

/** The columns as one text each, for the hash. */
const hashed = (time: (name: string) => string, text: (name: string) => string, length: string): string =>
  entries
    .map(([name, type]) => {
      const column = type === 'TIMESTAMPTZ' ? time(`"${name}"`) : text(`"${name}"`);
      return `coalesce(${length}(${column}) || ':' || ${column}, '-')`;
    })
    .join(', ');

/** Hexadecimal digits of an event's hash, by DuckDB. */
export const LEAF = `sha256('\\x00'::blob || encode(concat_ws(',', ${hashed(
  (name) => `epoch_ms(${name})::varchar`,
  (name) => `${name}::varchar`,
  'strlen',
)})))`;

/** An event as texts, by DuckDB; see {@link ArchivedEvent}. */
export const EVENT_TEXTS = entries
  .map(([name, type]) =>
    type === 'TIMESTAMPTZ'
      ? `strftime("${name}" at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ') as "${name}"`
      : `"${name}"::varchar as "${name}"`,
  )
  .join(', ');

/** The columns of {@link eventLines} with their types, as `read_json` of DuckDB takes them. */
export const LINE_COLUMNS = `{${entries.map(([name, type]) => `"${name}": '${type}'`).join(', ')}}`;

/** Begins each of the {@link eventLines}; the 64 digits of the hash follow. */
export const LINE_START = '{"leaf":"';

/** Which events an archive run takes: those of one UTC day whose ids are in (`afterId`, `throughId`]. */
export interface EventRange {
  /** `2026-01-15`. */
  day: string;
  afterId: number;
  throughId: number;
}

/**
 * A COPY by PostgreSQL that gives the events of a range in the order of their time, each as a line of JSON. COPY takes no
 * parameters; a JSON text has no control characters, so that neither quotes nor separators occur in it.
 */
export function eventLines({ day, afterId, throughId }: EventRange): string {
  if (!isDay(day) || !Number.isSafeInteger(afterId) || !Number.isSafeInteger(throughId)) {
    throw new RangeError(`No range of events: ${day}, ${afterId}, ${throughId}`);
  }
  const leaf = `encode(sha256('\\x00'::bytea || convert_to(concat_ws(',', ${hashed(
    (name) => `(extract(epoch from ${name}) * 1000)::bigint::text`,
    (name) => `${name}::text`,
    'octet_length',
  )}), 'UTF8')), 'hex')`;
  const columns = COLUMN_NAMES.map((name) =>
    name === 'raw_data' ? 'raw_data::text as raw_data' : `"${name}"`,
  ).join(', ');
  return `copy (
    select row_to_json(line) from (
      select ${leaf} as leaf, ${list} from (
        select ${columns} from events
         where "timestamp" >= '${day}T00:00:00Z'::timestamptz and "timestamp" <= '${day}T23:59:59.999Z'::timestamptz
           and id > ${afterId} and id <= ${throughId}
         order by "timestamp", id
      ) event
    ) line
  ) to stdout (format csv, quote E'\\x01', delimiter E'\\x02')`;
}

/** Whether a text is a day such as `2026-01-15` that exists. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const time = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text);
}
