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

/** Declares the problem answers of a call. 400 belongs to all: unknown query parameters are refused everywhere. */
export function ApiProblems(
  ...statuses: Exclude<keyof typeof MEANINGS, 400>[]
): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...([400, ...statuses] as const).map((status) =>
      ApiResponse({
        status,
        description: MEANINGS[status],
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
      }),
    ),
  );
}
