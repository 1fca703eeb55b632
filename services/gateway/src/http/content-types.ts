import { EVENT_MEDIA_TYPES } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
import { SOURCES } from '@mcm/sources';
import type { FastifyRequest } from 'fastify';
import { takesRawBody } from './raw-body.decorator.js';

/** Content types of all other bodies. */
const JSON_BODY_TYPES = ['application/json'] as const;

/** Older and informal names of some of them. */
const ALIASES: Record<string, string> = {
  'application/x-gzip': 'application/gzip',
  'application/ndjson': 'application/x-ndjson',
  'application/jsonl': 'application/x-ndjson',
};

const RULES = [...SOURCES].flatMap(({ contentType }) => contentType ?? []);
/** Headers with which a vendor's body is taken whatever its type. */
const IGNORED_WITH = RULES.flatMap(({ ignoredWith }) => ignoredWith ?? []);
/** Webhooks that come as a form unless their operator changes that. */
const FORMS = RULES.flatMap(({ form }) => form ?? []);

/**
 * Refuses a body of an unsupported type before it is read.
 *
 * @throws AppError `REQUEST.UNSUPPORTED_TYPE` that lists what is read, or `REQUEST.UNSUPPORTED_ENCODING`
 */
export function checkContentType(request: FastifyRequest): void {
  const raw = takesRawBody(request);
  // The body of a CloudEvent in binary mode is its data, of whatever type that is.
  if (raw && request.headers['ce-specversion'] !== undefined) return;
  const has = (header: string) => request.headers[header] !== undefined;
  if (raw && IGNORED_WITH.some(has)) return;
  const types: readonly string[] = raw ? EVENT_MEDIA_TYPES : JSON_BODY_TYPES;
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!types.includes(ALIASES[type] ?? type)) {
    const form = type === 'application/x-www-form-urlencoded' && FORMS.find(({ header }) => has(header));
    if (form) throw new AppError('unsupported', 'REQUEST.UNSUPPORTED_TYPE', form.advice);
    const what = type === '' ? 'A body without a content type' : `The content type ${type}`;
    throw new AppError(
      'unsupported',
      'REQUEST.UNSUPPORTED_TYPE',
      `${what} is not read here; send one of ${types.join(', ')}.`,
    );
  }
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  // Bodies with events are decoded by ingestion, which knows what it reads.
  if (!raw && encoding !== 'identity') {
    throw new AppError(
      'unsupported',
      'REQUEST.UNSUPPORTED_ENCODING',
      `The content encoding ${encoding} is not read here; send the body as it is.`,
    );
  }
}
