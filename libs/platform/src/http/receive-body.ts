import type { IncomingMessage } from 'node:http';
import { AppError } from '@mcm/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { BodyClaim, BodyRoom } from './body-room.js';

const TOO_LARGE = 413;

/** How the bodies of a server are received. */
export interface Receiving {
  /** For all bodies together. */
  readonly room: BodyRoom;
  /** Bytes of the largest body that a request may have. */
  limitOf(request: FastifyRequest): number;
  /** The refusal of a larger one. */
  tooLarge(request: FastifyRequest): AppError;
  /** What a handler gets. */
  read(request: FastifyRequest, body: Buffer): unknown;
}

/**
 * Reads the bodies of all requests into memory, within bounds for each and for all together. What is refused is read on
 * and thrown away, so that the answer reaches a client that is still sending. Requests are refused with
 * `REQUEST.BODY_INCOMPLETE`, `REQUEST.BUSY`, or as the caller says.
 */
export function receiveBodies(fastify: FastifyInstance, receiving: Receiving): void {
  const claims = new WeakMap<FastifyRequest, BodyClaim>();
  fastify.addHook('onSend', async (request, reply) => {
    // Whatever was to be done with the body has been done.
    claims.get(request)?.release();
    // Fastify would close the connection, and the reset could overtake the answer on its way to a client that still
    // sends. Node reads on and throws away; the time limit for requests ends that.
    if (reply.statusCode === TOO_LARGE) reply.removeHeader('connection');
  });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
    const claim = receiving.room.claim();
    claims.set(request, claim);
    return receiving.read(request, await receiveBody(request, payload, receiving, claim));
  });
}

function receiveBody(
  request: FastifyRequest,
  payload: IncomingMessage,
  receiving: Receiving,
  claim: BodyClaim,
): Promise<Buffer> {
  const limit = receiving.limitOf(request);
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let length = 0;
    let refused = false;
    const refuse = (error: Error) => {
      refused = true;
      chunks = [];
      claim.release();
      reject(error);
    };
    payload.on('data', (chunk: Buffer) => {
      if (refused) return;
      length += chunk.length;
      if (length > limit) return refuse(receiving.tooLarge(request));
      try {
        claim.grow(chunk.length);
      } catch (error) {
        return refuse(error as Error);
      }
      chunks.push(chunk);
    });
    payload.once('end', () => {
      if (!refused) resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length));
      chunks = [];
    });
    payload.once('error', refuse);
    payload.once('close', () => {
      if (payload.complete) return;
      refuse(new AppError('invalid', 'REQUEST.BODY_INCOMPLETE', 'The connection ended before the body did.'));
    });
  });
}
