import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemDto } from './problem.dto.js';

const MEANINGS = {
  400: 'The request is not valid; `errors` lists every problem.',
  401: 'The key or secret of the sender is missing or wrong.',
  404: 'The resource does not exist.',
  409: 'The request conflicts with the current state.',
  413: 'The body is larger than the limit.',
  415: 'The content type or encoding is not supported.',
  422: 'Nothing in the body could be accepted.',
  429: 'The caller exceeded its limit; `Retry-After` says when to try again.',
  503: 'A part is down or busy; `Retry-After` says when to try again.',
} as const;

type Status = Exclude<keyof typeof MEANINGS, 400>;

/**
 * Declares the problem answers of a call, with the codes that they can have where these tell one reason from another:
 * `ApiProblems([404, 'FINDINGS.NOT_FOUND'], 503)`. 400 belongs to all: unknown query parameters are refused everywhere.
 */
export function ApiProblems(
  ...answers: (Status | readonly [Status, ...codes: string[]])[]
): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...([400, ...answers] as const).map((answer) => {
      const [status, ...codes] = typeof answer === 'number' ? [answer] : answer;
      return ApiResponse({
        status,
        description: MEANINGS[status],
        content: { 'application/problem+json': { schema: problemSchema(codes) } },
      });
    }),
  );
}

function problemSchema(codes: readonly string[]) {
  const problem = { $ref: getSchemaPath(ProblemDto) };
  if (codes.length === 0) return problem;
  const narrowed = { type: 'object', properties: { code: { type: 'string', enum: [...codes] } } };
  return { allOf: [problem, narrowed] };
}
