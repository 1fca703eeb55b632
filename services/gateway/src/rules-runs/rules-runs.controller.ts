import { type Caller, CurrentCaller, Requires } from '@mcm/platform';
import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { JobPath } from '../jobs/job-path.dto.js';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { RulesRunDto, RulesRunRequestDto } from './rules-run.dto.js';
import { RulesRunsService } from './rules-runs.service.js';

/** Runs of all rules over stored events. */
@ApiTags('rules')
@Requires('rules:write')
@Controller('rules/runs')
export class RulesRunsController {
  constructor(private readonly runs: RulesRunsService) {}

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    operationId: 'startRulesRun',
    summary: 'Evaluate stored events again',
    description: 'Existing findings are not raised again.',
  })
  @ApiBody({ type: RulesRunRequestDto, required: false })
  @ApiAcceptedResponse({ type: RulesRunDto })
  @ApiProblems([409, 'RULES.RUN_IN_PROGRESS'], 413, 415, 503)
  start(
    @Query() _query: NoParameters,
    @Body() body: RulesRunRequestDto,
    @CurrentCaller() caller: Caller,
  ): Promise<RulesRunDto> {
    return this.runs.start(body, caller);
  }

  @Requires('read')
  @Get(':id')
  @ApiOperation({ operationId: 'getRulesRun', summary: 'Progress of a run' })
  @ApiOkResponse({ type: RulesRunDto })
  @ApiProblems([404, 'RULES.RUN_NOT_FOUND'])
  status(@Param() path: JobPath, @Query() _query: NoParameters): Promise<RulesRunDto> {
    return this.runs.status(path.id);
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ operationId: 'cancelRulesRun', summary: 'Cancel a run; its findings so far stay' })
  @ApiNoContentResponse()
  @ApiProblems([404, 'RULES.RUN_NOT_FOUND'], [409, 'RULES.RUN_ENDED'])
  cancel(
    @Param() path: JobPath,
    @Query() _query: NoParameters,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    return this.runs.cancel(path.id, caller);
  }
}
