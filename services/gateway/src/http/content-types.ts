import { EVENT_MEDIA_TYPES } from '@mcm/contracts';
import { AppError } from '@mcm/kernel';
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

/**
 * Refuses a body of an unsupported type before it is read.
 *
 * @throws AppError `REQUEST.UNSUPPORTED_TYPE` that lists what is read, or `REQUEST.UNSUPPORTED_ENCODING`
 */
export function checkContentType(request: FastifyRequest): void {
  const raw = takesRawBody(request);
  // The body of a CloudEvent in binary mode is its data, of whatever type that is.
  if (raw && request.headers['ce-specversion'] !== undefined) return;
  // Amazon SNS calls what it delivers a text, whatever it is.
  if (raw && request.headers['x-amz-sns-message-type'] !== undefined) return;
  const types: readonly string[] = raw ? EVENT_MEDIA_TYPES : JSON_BODY_TYPES;
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!types.includes(ALIASES[type] ?? type)) {
    if (type === 'application/x-www-form-urlencoded' && request.headers['x-github-event'] !== undefined) {
      throw new AppError(
        'unsupported',
        'REQUEST.UNSUPPORTED_TYPE',
        'GitHub sends this webhook as a form; set its content type to application/json (Settings → Webhooks → Edit).',
      );
    }
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
