import type { RuleProblem } from '@mcm/contracts';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpStatus } from '@nestjs/common';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ProblemDto } from '../openapi/problem.dto.js';
import { RuleProblemDto } from './rule.dto.js';

/** The code of the entry that ends a list of problems when there are more than it names. */
const MORE_PROBLEMS = 'RULES.MORE_PROBLEMS';

/** The answer when rules have errors. */
@ApiSchema({ name: 'RulesRefused' })
export class RulesRefusedDto extends ProblemDto {
  @ApiProperty({ enum: ['RULES.INVALID', 'RULES.RELOAD_REFUSED'], example: 'RULES.INVALID' })
  override code!: string;

  @ApiProperty({
    type: [RuleProblemDto],
    description:
      'The first hundred problems, errors before warnings; beyond that, the last entry counts the others.',
  })
  problems!: RuleProblemDto[];
}

/** Rules were read and have errors, so that nothing was done with them. */
export class RulesRefused extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly problems: readonly RuleProblem[],
  ) {
    super(message);
  }
}

/** Answers with the usual problem and, beside it, everything that is wrong with the rules. */
@Catch(RulesRefused)
export class RulesRefusedFilter implements ExceptionFilter<RulesRefused> {
  catch({ code, message, problems }: RulesRefused, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const errors = problems.filter(({ severity }) => severity === 'error');
    const problem: RulesRefusedDto = {
      type: 'about:blank',
      title: 'The content cannot be processed',
      status: HttpStatus.UNPROCESSABLE_ENTITY,
      detail: message,
      instance: request.url.split('?')[0] ?? request.url,
      code,
      request_id: request.id,
      errors: errors.map(({ path, line, column, message }) => ({
        pointer: `${path}:${line}:${column}`,
        detail: message,
      })),
      problems: [...problems],
    };
    void reply.status(problem.status).type('application/problem+json; charset=utf-8').send(problem);
  }
}

/** How many errors there are and the first of them, as a sentence for people. */
export function refusal(problems: readonly RuleProblem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const first = errors[0];
  if (first === undefined) return 'The rules have errors.';
  const place = `${first.path}:${first.line}:${first.column}: ${first.message}`;
  if (errors.length === 1) return place;
  const more = errors.at(-1)?.code === MORE_PROBLEMS;
  return `${more ? `More than ${errors.length - 1}` : errors.length} errors; the first: ${place}`;
}
