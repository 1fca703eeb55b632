import { AppError, messageOf } from '@mcm/kernel';
import { type BodyRoom, receiveBodies } from '@mcm/platform';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { checkContentType } from './content-types.js';
import { takesRawBody } from './raw-body.decorator.js';

/** Largest body that is parsed here, in bytes: lists of ids at most. */
const JSON_LIMIT_BYTES = 1024 * 1024;

/** Deepest nesting of a body that is parsed here. */
const JSON_DEPTH_MAX = 32;

/**
 * Reads all bodies of an application.
 *
 * @param rawLimitBytes for bodies with events, which are not parsed here
 * @param room for all bodies together
 */
export function readBodies(fastify: FastifyInstance, rawLimitBytes: number, room: BodyRoom): void {
  const limitOf = (request: FastifyRequest) => (takesRawBody(request) ? rawLimitBytes : JSON_LIMIT_BYTES);

  fastify.addHook('preParsing', async (request) => {
    if (request.is404 || !hasBody(request)) return;
    // What is in a body with events is told by its first bytes, where it is gzip; without any type no server reads it.
    if (!takesRawBody(request) || !request.headers['content-type']) checkContentType(request);
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > limitOf(request)) throw tooLarge(request, limitOf(request));
  });

  receiveBodies(fastify, {
    room,
    limitOf,
    tooLarge: (request) => tooLarge(request, limitOf(request)),
    read: (request, body) => {
      if (!takesRawBody(request)) return jsonObject(body);
      if (!isGzip(body)) checkContentType(request);
      return body;
    },
  });
}

/** RFC 1952, section 2.3.1. */
function isGzip(body: Buffer): boolean {
  return body[0] === 0x1f && body[1] === 0x8b;
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
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
  const detail = `${name} is not known here; check its spelling`;
  throw new AppError('invalid', 'REQUEST.INVALID', detail, { errors: [{ pointer: name, detail }] });
}

function malformed(message: string): AppError {
  return new AppError('invalid', 'REQUEST.MALFORMED', message);
}
