import { parseJson } from '../parse-json.js';
import { parseTimestamp } from '../timestamp.js';
import { type CandidateEvent, faultAt, isObject, type ItemFault } from '../candidate-event.js';

/**
 * CloudEvents 1.0 (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md): `id` and `source` identify
 * the event, `type` is its type (`com.mcm.<area>.<name>.v<n>` is our `<name>`), `time` its time, `data` what happened.
 * The actor is `data.user`, else `subject`.
 */
const ATTRIBUTES: ReadonlySet<string> = new Set([
  'id',
  'source',
  'specversion',
  'type',
  'time',
  'subject',
  'datacontenttype',
  'dataschema',
  'data',
  'data_base64',
]);
const OWN_TYPE = /^com\.mcm\.[a-z0-9_]+\.([a-z0-9_]+)\.v\d+$/;

function dataOf(event: Record<string, unknown>): { data: unknown } | ItemFault {
  const { data, data_base64: encoded, datacontenttype: type } = event;
  if (encoded === undefined) return { data };
  if (typeof encoded !== 'string') return faultAt('CLOUDEVENT.INVALID', '/data_base64', 'must be a text');
  if (type !== undefined && !/[/+]json\b/.test(String(type))) return { data: { data_base64: encoded } };
  try {
    return { data: parseJson(Buffer.from(encoded, 'base64').toString('utf8')) };
  } catch {
    return faultAt('CLOUDEVENT.INVALID', '/data_base64', 'does not hold JSON');
  }
}

/** Reads one event in structured form. */
export function cloudEventCandidate(event: unknown): CandidateEvent | ItemFault {
  if (!isObject(event)) return faultAt('CLOUDEVENT.INVALID', '', 'a CloudEvent must be an object');
  if (event['specversion'] !== '1.0') {
    return faultAt('CLOUDEVENT.INVALID', '/specversion', 'must be "1.0"');
  }
  for (const name of ['id', 'source', 'type']) {
    const value = event[name];
    if (typeof value !== 'string' || value === '') {
      return faultAt('CLOUDEVENT.INVALID', `/${name}`, 'is required and must be a text');
    }
  }
  const read = dataOf(event);
  if ('code' in read) return read;
  const { data } = read;
  const facts = isObject(data) ? data : {};
  const { event_type, user, raw_data, ...rest } = facts;
  const type = event['type'] as string;
  const kept = isObject(raw_data)
    ? raw_data
    : isObject(data)
      ? rest
      : data === undefined || data === null
        ? {}
        : { data };
  const extensions = Object.fromEntries(Object.entries(event).filter(([name]) => !ATTRIBUTES.has(name)));
  const { time } = event;
  const said = { event_type: event_type ?? OWN_TYPE.exec(type)?.[1] ?? type, user: user ?? event['subject'] };
  return {
    event_id: event['id'],
    source: event['source'],
    ...said,
    timestamp: time,
    // Systems that pass an event on may write its time in another way, and add to its extensions.
    content: { ...said, time: typeof time === 'string' ? parseTimestamp(time) : time, data: kept },
    raw_data: Object.keys(extensions).length > 0 ? { ...kept, cloudevent_extensions: extensions } : kept,
  };
}

/** Puts the attributes of binary mode (HTTP headers `ce-…`) and the body together into the structured form. */
export function structuredFromBinary(
  headers: Readonly<Record<string, string>>,
  data: unknown,
): Record<string, unknown> {
  const event: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(headers)) {
    // Header values are percent-encoded (HTTP protocol binding, section 3.1.3.2).
    if (name.startsWith('ce-')) event[name.slice(3)] = percentDecoded(value);
  }
  return { ...event, data };
}

function percentDecoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
