import { type IntakeReceipt, RESERVED_SOURCE } from '@mcm/contracts';
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
    // Such a request went to the wrong endpoint; every other one holds events that are wrong.
    const status = rejected.every(({ code }) => code === RESERVED_SOURCE)
      ? HttpStatus.BAD_REQUEST
      : HttpStatus.UNPROCESSABLE_ENTITY;
    const problem: RejectedProblemDto = {
      type: 'about:blank',
      title: 'No event could be accepted',
      status,
      detail:
        rejected_total === 1
          ? `The event was refused: ${rejected[0]?.reason}`
          : `All ${rejected_total} events were refused; the first: ${rejected[0]?.reason}`,
      instance: request.url.split('?')[0] ?? request.url,
      code: status === HttpStatus.BAD_REQUEST ? RESERVED_SOURCE : 'EVENTS.REJECTED',
      request_id: request.id,
      errors: errors.slice(0, ERRORS_MAX),
      rejected_total,
      rejected,
    };
    void reply.status(problem.status).type('application/problem+json; charset=utf-8').send(problem);
  }
}
