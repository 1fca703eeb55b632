import { AppError, type ErrorDetail, parseJson, parseTimestamp } from '@mcm/kernel';
import { type CandidateEvent, faultAt, faultsAt, isObject, type ItemFault } from '@mcm/sources';

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
const EXTENSIONS = 'cloudevent_extensions';

/** Data as the JSON format writes it: a JSON value or a text, or else bytes in base64. */
type Data = { data?: unknown } | { data_base64: string };

/** Without a content type, data are JSON (JSON event format, section 3.1.2). */
const isJson = (contentType: string | undefined) =>
  contentType === undefined || /^[^;]*[/+]json\s*(;|$)/i.test(contentType);

/**
 * What bytes of a content type are: a JSON value, a text in the named character set, or bytes in base64. An event has the
 * same shape in binary and in structured mode because this alone decides on it.
 */
function dataOf(bytes: Buffer, contentType: string | undefined): Data {
  const asBytes = { data_base64: bytes.toString('base64') };
  const text = textOf(bytes, /;\s*charset="?([^\s;"]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8');
  if (text === undefined) return asBytes;
  if (!isJson(contentType)) return { data: text };
  try {
    return { data: parseJson(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return asBytes;
    throw error;
  }
}

/** What a TextDecoder says of bytes that are no such text, and of character sets that it does not know. */
const UNDECODABLE: ReadonlySet<string | undefined> = new Set([
  'ERR_ENCODING_INVALID_ENCODED_DATA',
  'ERR_ENCODING_NOT_SUPPORTED',
]);

/** The text that bytes are; undefined for others, for those with NUL, and for character sets that are not known. */
function textOf(bytes: Buffer, charset: string): string | undefined {
  try {
    const text = new TextDecoder(charset, { fatal: true }).decode(bytes);
    return text.includes('\u0000') ? undefined : text;
  } catch (error) {
    if (UNDECODABLE.has((error as NodeJS.ErrnoException).code)) return undefined;
    throw error;
  }
}

function readData(event: Record<string, unknown>): Data | ItemFault {
  const { data, data_base64: encoded, datacontenttype: type } = event;
  if (encoded === undefined || encoded === null) return { data };
  if (typeof encoded !== 'string') return faultAt('CLOUDEVENT.INVALID', '/data_base64', 'must be a text');
  const contentType = typeof type === 'string' ? type : undefined;
  const read = dataOf(Buffer.from(encoded, 'base64'), contentType);
  return 'data_base64' in read && isJson(contentType)
    ? faultAt(
        'CLOUDEVENT.INVALID',
        '/data',
        'is not JSON, although its content type, or the lack of one, says so',
      )
    : read;
}

/** Reads one event in structured form. */
export function cloudEventCandidate(event: unknown): CandidateEvent | ItemFault {
  if (!isObject(event)) return faultAt('CLOUDEVENT.INVALID', '', 'a CloudEvent must be an object');
  const errors: ErrorDetail[] = [];
  if (event['specversion'] !== '1.0') errors.push({ pointer: '/specversion', detail: 'must be "1.0"' });
  for (const name of ['id', 'source', 'type']) {
    const value = event[name];
    if (typeof value === 'string' && value !== '') continue;
    errors.push({ pointer: `/${name}`, detail: 'is required and must be a text' });
  }
  if (errors.length > 0) return faultsAt('CLOUDEVENT.INVALID', errors);
  const read = readData(event);
  if ('code' in read) return read;
  const data = 'data' in read ? read.data : undefined;
  const { event_type, user, raw_data, ...rest } = isObject(data) ? data : {};
  const inner = isObject(raw_data) ? raw_data : raw_data === undefined ? {} : { raw_data };
  const type = event['type'] as string;
  const kept = isObject(data) ? { ...rest, ...inner } : bareData(read, event['datacontenttype']);
  const { time } = event;
  const said = { event_type: event_type ?? OWN_TYPE.exec(type)?.[1] ?? type, user: user ?? event['subject'] };
  return {
    event_id: event['id'],
    source: event['source'],
    ...said,
    timestamp: time,
    // Systems that pass an event on may write its time in another way, and add to its extensions.
    content: { ...said, time: typeof time === 'string' ? parseTimestamp(time) : time, data: kept },
    raw_data: withExtensions(kept, event),
    // Base64 and percent-encoded headers hide characters from the look through the body.
    lookForUnstorable: true,
  };
}

/**
 * Data that are no object, under the names that they have in the JSON format, with what says how to read them, unless it
 * is JSON: structured mode may leave that out, binary mode may not.
 */
function bareData(read: Data, datacontenttype: unknown): Record<string, unknown> {
  if ('data' in read && (read.data === undefined || read.data === null)) return {};
  const said = typeof datacontenttype === 'string' && !isJson(datacontenttype);
  return { ...read, ...(said && { datacontenttype }) };
}

/** Adds what is no attribute of the specification, under a name that the data do not have. */
function withExtensions(
  data: Record<string, unknown>,
  event: Record<string, unknown>,
): Record<string, unknown> {
  // An attribute that is null is one that is not set (JSON event format, section 2.2).
  const extensions = Object.entries(event).filter(([name, value]) => !ATTRIBUTES.has(name) && value !== null);
  if (extensions.length === 0) return data;
  let name = EXTENSIONS;
  while (Object.hasOwn(data, name)) name = `_${name}`;
  return { ...data, [name]: Object.fromEntries(extensions) };
}

/**
 * Puts the attributes of binary mode (HTTP headers `ce-…`) and the body, which is the data, together into the structured
 * form.
 *
 * @throws AppError `CLOUDEVENT.INVALID` for a header that is not percent-encoded UTF-8
 */
export function structuredFromBinary(
  headers: Readonly<Record<string, string>>,
  bytes: Buffer,
): Record<string, unknown> {
  const contentType = headers['content-type'];
  const attributes = Object.entries(headers)
    .filter(([name]) => name.startsWith('ce-'))
    .map(([name, value]) => [name.slice(3), attributeOf(name, value)] as const)
    // The body is the data, and its content type says what they are: no header may say otherwise.
    .filter(([name]) => !['data', 'data_base64', 'datacontenttype'].includes(name));
  return {
    ...Object.fromEntries(attributes),
    ...(contentType !== undefined && contentType !== '' && { datacontenttype: contentType }),
    ...(bytes.length > 0 && dataOf(bytes, contentType)),
  };
}

/** The value of an attribute from its header (HTTP protocol binding, section 3.1.3.2). */
function attributeOf(name: string, header: string): string {
  const quoted = /^"(.*)"$/s.exec(header)?.[1];
  const value = quoted === undefined ? header : quoted.replace(/\\(.)/gs, '$1');
  return value.replace(/(?:%[0-9A-Fa-f]{2})+/g, (encoded) => {
    const text = textOf(Buffer.from(encoded.replaceAll('%', ''), 'hex'), 'utf-8');
    if (text !== undefined) return text;
    const detail = 'must be percent-encoded UTF-8, without U+0000';
    throw new AppError('invalid', 'CLOUDEVENT.INVALID', `The header ${name} ${detail}.`, {
      errors: [{ pointer: name, detail }],
    });
  });
}
