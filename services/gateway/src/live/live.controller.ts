import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { LiveService } from './live.service.js';

/** What happens, as it happens. */
@ApiTags('live')
@Controller('stream')
export class LiveController {
  constructor(private readonly live: LiveService) {}

  @Get()
  @ApiOperation({
    operationId: 'stream',
    summary: 'Server-sent events',
    description: [
      '`finding`: a finding was raised or has grown (`id`, `rule_id`, `rule_name`, `severity`, `user`, `event_count`,',
      '`revision`, `event_received_at`). `events`: events were stored (`stored`, `sample`), at most four',
      'times a second. `enriched`: a finding has a score (`id`, `risk_score`). `enrichment`: progress of a',
      'bulk enrichment (`id`, `state`, `total`, `tally`). `rules`: the rules in force or their overrides have',
      'changed (`what`, `revision`). `gap`: messages were left out because the client was too slow: fetch the data again.',
    ].join(' '),
  })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ schema: { type: 'string' } })
  @ApiProblems(429, 503)
  stream(@Query() _query: NoParameters, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.live.connect(request, reply);
  }
}
