import { Requires } from '@mcm/platform';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { contractSchema } from '../openapi/contract-schemas.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { LiveService } from './live.service.js';

/** What happens, as it happens. */
@ApiTags('live')
@Requires('read')
@Controller('stream')
export class LiveController {
  constructor(private readonly live: LiveService) {}

  @Get()
  @ApiOperation({
    operationId: 'stream',
    summary: 'Server-sent events',
    description: [
      'The data of each event is JSON; `LiveMessages` says what it holds, by the name of the event. `events` comes at',
      'most four times a second. `gap`: messages were left out because the client was too slow: fetch the data again.',
    ].join(' '),
  })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ schema: contractSchema('LiveMessages') })
  @ApiProblems(429, 503)
  stream(@Query() _query: NoParameters, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.live.connect(request, reply);
  }
}
