/** SQL that gives a timestamptz as ISO 8601 in UTC with milliseconds, whatever the zone of the session is. */
export function isoTime(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}
