import type { IncomingMessage } from 'node:http';
import { AppError, messageOf } from '@mcm/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { checkContentType } from './content-types.js';
import { takesRawBody } from './raw-body.decorator.js';

/** Largest body that is parsed here, in bytes: lists of ids at most. */
const JSON_LIMIT_BYTES = 1024 * 1024;

const TOO_LARGE = 413;

/** Deepest nesting of a body that is parsed here. */
const JSON_DEPTH_MAX = 32;

/** Reads all bodies of an application; `rawLimitBytes` is for those with events, which are not parsed here. */
export function readBodies(fastify: FastifyInstance, rawLimitBytes: number): void {
  const limitOf = (request: FastifyRequest) => (takesRawBody(request) ? rawLimitBytes : JSON_LIMIT_BYTES);

  fastify.addHook('preParsing', async (request) => {
    if (request.is404 || !hasBody(request)) return;
    checkContentType(request);
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > limitOf(request)) throw tooLarge(request, limitOf(request));
  });

  fastify.addHook('onSend', async (_request, reply) => {
    // Fastify would close the connection, and the reset could overtake the answer on its way to a client that still
    // sends. Node reads on and throws away; its time limit for requests ends that.
    if (reply.statusCode === TOO_LARGE) reply.removeHeader('connection');
  });

  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    const body = await bytesOf(request, payload, limitOf(request));
    return takesRawBody(request) ? body : jsonObject(body);
  });
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function bytesOf(request: FastifyRequest, payload: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    payload.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) {
        chunks.push(chunk);
        return;
      }
      // The rest is read and thrown away, so that the answer reaches a client that is still sending.
      chunks.length = 0;
      reject(tooLarge(request, limit));
    });
    payload.once('end', () => resolve(Buffer.concat(chunks, length)));
    payload.once('error', reject);
    payload.once('close', () => {
      if (payload.complete) return;
      reject(new AppError('invalid', 'REQUEST.BODY_INCOMPLETE', 'The connection ended before the body did.'));
    });
  });
}

function tooLarge(request: FastifyRequest, limit: number): AppError {
  const what = takesRawBody(request) ? `${limit} bytes (API_BODY_LIMIT_BYTES)` : `${limit} bytes`;
  return new AppError(
    'too-large',
    'REQUEST.TOO_LARGE',
    `The body is larger than the limit of ${what}; send it in parts.`,
  );
}

function jsonObject(body: Buffer): object | undefined {
  // Clients that always name a content type send calls without a body like this.
  if (body.length === 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw malformed(`The body is not JSON: ${messageOf(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed('The body must be a JSON object.');
  }
  checkNesting(value, 1);
  return value;
}

function checkNesting(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > JSON_DEPTH_MAX) throw malformed(`The body is nested more than ${JSON_DEPTH_MAX} levels deep.`);
  for (const [key, member] of Object.entries(value)) {
    refuseReservedName(key);
    checkNesting(member, depth + 1);
  }
}

/**
 * Refuses names that would reach into the prototype of an object; they could not be told apart from unknown ones later.
 *
 * @throws AppError `REQUEST.INVALID`
 */
export function refuseReservedName(name: string): void {
  if (name !== '__proto__' && name !== 'constructor' && name !== 'prototype') return;
  const detail = `property ${name} should not exist`;
  throw new AppError('invalid', 'REQUEST.INVALID', detail, { errors: [{ pointer: name, detail }] });
}

function malformed(message: string): AppError {
  return new AppError('invalid', 'REQUEST.MALFORMED', message);
}
