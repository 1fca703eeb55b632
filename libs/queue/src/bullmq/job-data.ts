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

/** The payload or result as it went in. */
export function decodeJobData(data: unknown): unknown {
  return isEnvelope(data) ? (JSON.parse(data.$json) as unknown) : data;
}

/** The same data with the note that the job was cancelled. */
export function markCancelled(data: unknown): unknown {
  const json = isEnvelope(data) ? data.$json : toJson(data, 'payload');
  return { $json: json, $cancelled: true } satisfies Envelope;
}

export function isCancelled(data: unknown): boolean {
  return isEnvelope(data) && data.$cancelled === true;
}
