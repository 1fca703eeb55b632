import { type IntakeReceipt, RESERVED_SOURCE, SOURCE_NOT_ALLOWED } from '@mcm/contracts';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpStatus } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { RejectedProblemDto } from './rejected-problem.dto.js';

/** Single faults that the problem repeats from `rejected`. */
const ERRORS_MAX = 100;

/** No item of a request could be accepted. */
export class EverythingRejected extends Error {
  constructor(readonly receipt: IntakeReceipt) {
    super('No item could be accepted');
  }
}

/** Answers with the usual problem and, beside it, every item that was refused. */
@Catch(EverythingRejected)
export class RejectedFilter implements ExceptionFilter<EverythingRejected> {
  catch({ receipt }: EverythingRejected, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { rejected, rejected_total } = receipt;
    const errors = rejected.flatMap((item) =>
      item.errors.length === 0
        ? [{ pointer: `/${item.index}`, detail: item.reason }]
        : item.errors.map(({ pointer, detail }) => ({ pointer: `/${item.index}${pointer}`, detail })),
    );
    const [status, code] = answerFor(new Set(rejected.map((item) => item.code)));
    const problem: RejectedProblemDto = {
      type: 'about:blank',
      title: 'No event could be accepted',
      status,
      detail:
        rejected_total === 1
          ? `The event was refused: ${rejected[0]?.reason}`
          : `All ${rejected_total} events were refused; the first: ${rejected[0]?.reason}`,
      instance: request.url.split('?')[0] ?? request.url,
      code,
      request_id: request.id,
      errors: errors.slice(0, ERRORS_MAX),
      rejected_total,
      rejected,
    };
    void reply.status(problem.status).type('application/problem+json; charset=utf-8').send(problem);
  }
}

/** What a request answers whose items were all refused, by their codes. */
function answerFor(codes: ReadonlySet<string>): [status: HttpStatus, code: string] {
  if (codes.size === 1) {
    // The request went to the wrong endpoint, or came with the wrong key; every other one holds events that are wrong.
    if (codes.has(RESERVED_SOURCE)) return [HttpStatus.BAD_REQUEST, RESERVED_SOURCE];
    if (codes.has(SOURCE_NOT_ALLOWED)) return [HttpStatus.FORBIDDEN, SOURCE_NOT_ALLOWED];
  }
  return [HttpStatus.UNPROCESSABLE_ENTITY, 'EVENTS.REJECTED'];
}
