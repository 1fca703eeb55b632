import { Requires } from '@mcm/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { AiStatusDto } from './ai-status.dto.js';
import { AiStatusService } from './ai-status.service.js';

/** The connection to the model. */
@ApiTags('enrichment')
@Requires('read')
@Controller('ai/status')
export class AiStatusController {
  constructor(private readonly ai: AiStatusService) {}

  @Get()
  @ApiOperation({
    operationId: 'getAiStatus',
    summary: 'Whether a model answers, its budget, and the reason when it does not answer',
  })
  @ApiOkResponse({ type: AiStatusDto })
  @ApiProblems(503)
  status(@Query() _query: NoParameters): Promise<AiStatusDto> {
    return this.ai.status();
  }
}
