import { type Caller, CurrentCaller, Requires } from '@mcm/platform';
import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { JobPath } from '../jobs/job-path.dto.js';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import {
  EnrichmentDto,
  EnrichmentEstimateDto,
  EnrichmentItemDto,
  EnrichmentItemsQuery,
  EnrichmentRequestDto,
  ListEnrichmentsQuery,
  RetryEnrichmentQuery,
  StartEnrichmentQuery,
} from './enrichment-run.dto.js';
import { EnrichmentRunsService } from './enrichment-runs.service.js';

/** Enrichment of many findings in the background. */
@ApiTags('enrichment')
@Requires('triage')
@Controller('enrichments')
export class EnrichmentRunsController {
  constructor(private readonly runs: EnrichmentRunsService) {}

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    operationId: 'startEnrichment',
    summary: 'Score and explain many findings in the background, or estimate the cost',
    description: 'Progress is also sent on `/stream`, as `enrichment`.',
  })
  @ApiBody({ type: EnrichmentRequestDto, required: false })
  @ApiAcceptedResponse({ type: EnrichmentDto })
  @ApiOkResponse({ type: EnrichmentEstimateDto, description: 'With `dry_run`: nothing was started.' })
  @ApiProblems(413, 415, 503)
  start(
    @Query() query: StartEnrichmentQuery,
    @Body() body: EnrichmentRequestDto,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EnrichmentDto | EnrichmentEstimateDto> {
    if (!query.dry_run) return this.runs.start(body, caller);
    void reply.status(HttpStatus.OK);
    return this.runs.estimate(body);
  }

  @Requires('read')
  @Get()
  @ApiOperation({ operationId: 'listEnrichments', summary: 'Bulk enrichments, the latest first' })
  @ApiOkResponse({ type: [EnrichmentDto] })
  @ApiProblems()
  list(@Query() query: ListEnrichmentsQuery): Promise<EnrichmentDto[]> {
    return this.runs.latest(query.limit);
  }

  @Requires('read')
  @Get(':id')
  @ApiOperation({ operationId: 'getEnrichment', summary: 'Progress of a bulk enrichment' })
  @ApiOkResponse({ type: EnrichmentDto })
  @ApiProblems([404, 'ENRICHMENTS.NOT_FOUND'])
  status(@Param() path: JobPath, @Query() _query: NoParameters): Promise<EnrichmentDto> {
    return this.runs.status(path.id);
  }

  @Requires('read')
  @Get(':id/items')
  @ApiOperation({
    operationId: 'listEnrichmentItems',
    summary: 'The result for each finding, newest first',
  })
  @ApiOkResponse({ type: [EnrichmentItemDto] })
  @ApiProblems([404, 'ENRICHMENTS.NOT_FOUND'])
  items(@Param() path: JobPath, @Query() query: EnrichmentItemsQuery): Promise<EnrichmentItemDto[]> {
    return this.runs.items(path.id, query);
  }

  @Post(':id/pause')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'pauseEnrichment',
    summary: 'Pause a bulk enrichment; findings in progress are finished first',
  })
  @ApiOkResponse({ type: EnrichmentDto })
  @ApiProblems([404, 'ENRICHMENTS.NOT_FOUND'], [409, 'ENRICHMENTS.WRONG_STATE'], 503)
  pause(
    @Param() path: JobPath,
    @Query() _query: NoParameters,
    @CurrentCaller() caller: Caller,
  ): Promise<EnrichmentDto> {
    return this.runs.control(path.id, 'pause', caller);
  }

  @Post(':id/resume')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ operationId: 'resumeEnrichment', summary: 'Resume a paused bulk enrichment' })
  @ApiOkResponse({ type: EnrichmentDto })
  @ApiProblems([404, 'ENRICHMENTS.NOT_FOUND'], [409, 'ENRICHMENTS.WRONG_STATE'], 503)
  resume(
    @Param() path: JobPath,
    @Query() _query: NoParameters,
    @CurrentCaller() caller: Caller,
  ): Promise<EnrichmentDto> {
    return this.runs.control(path.id, 'resume', caller);
  }

  @Post(':id/cancel')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'cancelEnrichment',
    summary: 'Cancel a bulk enrichment; finished findings keep their enrichment',
  })
  @ApiOkResponse({ type: EnrichmentDto })
  @ApiProblems([404, 'ENRICHMENTS.NOT_FOUND'], [409, 'ENRICHMENTS.WRONG_STATE'], 503)
  cancel(
    @Param() path: JobPath,
    @Query() _query: NoParameters,
    @CurrentCaller() caller: Caller,
  ): Promise<EnrichmentDto> {
    return this.runs.control(path.id, 'cancel', caller);
  }

  @Post(':id/retry')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ operationId: 'retryEnrichment', summary: 'Retry failed and cancelled findings' })
  @ApiOkResponse({ type: EnrichmentDto })
  @ApiProblems([404, 'ENRICHMENTS.NOT_FOUND'], [409, 'ENRICHMENTS.WRONG_STATE'], 503)
  retry(
    @Param() path: JobPath,
    @Query() query: RetryEnrichmentQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<EnrichmentDto> {
    return this.runs.control(path.id, 'retry', caller, query.fallbacks);
  }
}
