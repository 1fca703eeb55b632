import { AppError, messageOf } from '@mcm/kernel';

/**
 * How a payload lies in BullMQ's data: as it is, so that other programs can read and queue jobs, or as JSON text in
 * an envelope where a store could not hold it as it is (PostgreSQL's jsonb knows neither U+0000 nor lone surrogates)
 * or where a cancellation is noted beside it.
 */
interface Envelope {
  $json: string;
  $cancelled?: true;
}
/** Stands where another program put data that is not JSON. */
interface Unreadable {
  $unreadable: string;
}

/** Characters of a text that is not JSON which are shown. */
const SHOWN = 64;
const UNHOLDABLE = /\\u(?:0000|[dD][89a-fA-F])/;

function isEnvelope(data: unknown): data is Envelope {
  return typeof data === 'object' && data !== null && typeof (data as Partial<Envelope>).$json === 'string';
}

function toJson(value: unknown, what: string): string {
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch (error) {
    throw new AppError('invalid', 'JOBS.NOT_JSON', `The ${what} is not a JSON value: ${messageOf(error)}`);
  }
  return json ?? 'null';
}

/** Puts a payload or result into a form that every store holds. Throws `JOBS.NOT_JSON`. */
export function encodeJobData(value: unknown, what: 'payload' | 'result'): unknown {
  const json = toJson(value, what);
  // BullMQ stores an absent or falsy value as `{}` or null: whatever is not an object goes into the envelope.
  if (typeof value !== 'object' || value === null || UNHOLDABLE.test(json)) return { $json: json };
  return value;
}

/** The payload or result as it went in. Throws `JOBS.NOT_JSON` (invalid) for what another program put there and is none. */
export function decodeJobData(data: unknown): unknown {
  if (isUnreadable(data)) throw notJson(data.$unreadable);
  if (!isEnvelope(data)) return data;
  try {
    return JSON.parse(data.$json) as unknown;
  } catch {
    throw notJson(data.$json);
  }
}

/** Data in the place of a text that is not JSON. */
export function unreadable(text: string): unknown {
  return { $unreadable: text.slice(0, SHOWN) } satisfies Unreadable;
}

function isUnreadable(data: unknown): data is Unreadable {
  return (
    typeof data === 'object' && data !== null && typeof (data as Partial<Unreadable>).$unreadable === 'string'
  );
}

function notJson(text: string): AppError {
  return new AppError(
    'invalid',
    'JOBS.NOT_JSON',
    `The payload is not JSON: ${JSON.stringify(text.slice(0, SHOWN))}`,
  );
}

/** The same data with the note that the job was cancelled. */
export function markCancelled(data: unknown): unknown {
  const json = isEnvelope(data) ? data.$json : toJson(data, 'payload');
  return { $json: json, $cancelled: true } satisfies Envelope;
}

export function isCancelled(data: unknown): boolean {
  return isEnvelope(data) && data.$cancelled === true;
}
