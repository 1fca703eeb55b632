import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logging/logger.js';
import { type Problem, toProblem } from './problem.js';

/** Answers a request with the problem that an error amounts to, and gives that problem. */
export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): Problem {
  const { problem, retryAfterSeconds } = toProblem(error);
  const request_id = String(request.id);
  if (problem.status >= 500) {
    logger[problem.status === 503 ? 'warn' : 'error'](
      { err: error, request_id, path: request.url },
      problem.title,
    );
  }
  if (reply.raw.headersSent) {
    // A stream is already under way: ending it is all that can be done.
    reply.raw.destroy();
    return problem;
  }
  if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(Math.ceil(retryAfterSeconds)));
  void reply
    .status(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send({ ...problem, instance: request.url.split('?')[0], request_id });
  return problem;
}

/** The exception filter of every HTTP host: whatever is thrown becomes `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  /** @param answered is told of each answer */
  constructor(
    private readonly logger: Logger,
    private readonly answered?: (request: FastifyRequest, problem: Problem) => void,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const problem = sendProblem(error, request, http.getResponse<FastifyReply>(), this.logger);
    this.answered?.(request, problem);
  }
}
