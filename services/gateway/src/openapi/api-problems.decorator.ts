import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { ProblemDto } from './problem.dto.js';

const MEANINGS = {
  400: 'The request is not valid; `errors` names every fault.',
  401: 'The key or secret of the sender is missing or wrong.',
  404: 'There is no such thing.',
  409: 'The request contradicts the present state.',
  413: 'The body is larger than the limit.',
  415: 'The content type or encoding is not one that is read here.',
  422: 'Nothing in the body could be accepted.',
  429: 'This caller has had its share; `Retry-After` says when to try again.',
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
