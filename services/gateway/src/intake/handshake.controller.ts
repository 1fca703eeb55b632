import { AppError } from '@mcm/kernel';
import { Public } from '@mcm/platform';
import type { Handshake } from '@mcm/sources';
import { Controller, Get, Headers, Query, type Type } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';

/** Longest challenge that is given back, in characters. */
const LONGEST = 1024;

/** Makes the route that answers the one-time question of a source's vendor; its records come with POST to the same address. */
export function handshakeController(source: string, { summary, header, answerField }: Handshake): Type {
  const name = source.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

  @ApiTags('events')
  // The vendor asks without credentials, and gets back what it sent.
  @Public()
  @Controller()
  class HandshakeController {
    @Get(`sources/${source}`)
    @ApiOperation({ operationId: `verify${name}Hook`, summary })
    @ApiHeader({ name: header, required: true })
    @ApiOkResponse({
      schema: {
        type: 'object',
        required: [answerField],
        properties: { [answerField]: { type: 'string', description: 'The challenge of the request.' } },
      },
    })
    @ApiProblems()
    verify(
      @Query() _query: NoParameters,
      @Headers(header) challenge: string | undefined,
    ): Record<string, string> {
      if (challenge === undefined || challenge === '' || challenge.length > LONGEST) {
        throw new AppError(
          'invalid',
          `${source.toUpperCase().replaceAll('-', '_')}.NO_CHALLENGE`,
          `The header ${header} is missing, or longer than ${LONGEST} characters.`,
          { errors: [{ pointer: header, detail: 'must hold the challenge of an event hook' }] },
        );
      }
      return { [answerField]: challenge };
    }
  }
  return HandshakeController;
}
