import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { AppError } from '@mcm/kernel';
import { type NetworkConfig, toProblem } from '@mcm/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { commonHeaders } from './response-headers.js';

/** Answers requests whose address the router cannot read, before any hook or filter sees them. */
export function answerUnreadableUrl(config: NetworkConfig) {
  const hosts = config.hosts();
  const setCommonHeaders = commonHeaders(config);
  return (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
    const { problem } = toProblem(hosts.fault(request.raw) ?? urlFault(error));
    setCommonHeaders(request, reply);
    void reply
      .status(problem.status)
      .type('application/problem+json; charset=utf-8')
      .send({ ...problem, instance: request.url.split('?')[0], request_id: request.id });
  };
}

const urlFault = ({ message }: Error) => new AppError('invalid', 'REQUEST.URL_INVALID', message);

const UNREADABLE: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** Answers what is not HTTP, or too much of it, on the bare connection. */
export function answerUnreadableRequest(error: Error & { code?: string }, socket: Socket): void {
  // ECONNRESET: the client is gone, so there is no answer.
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = UNREADABLE[error.code ?? ''] ?? 400;
  const title = STATUS_CODES[status];
  const body = JSON.stringify({
    type: 'about:blank',
    title,
    status,
    detail: 'The request could not be read as HTTP.',
    code: 'REQUEST.UNREADABLE',
  });
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\ncontent-type: application/problem+json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
