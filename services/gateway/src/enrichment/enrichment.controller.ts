import { type Caller, CurrentCaller, Requires } from '@mcm/platform';
import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { FindingDto } from '../findings/finding.dto.js';
import { FindingPath } from '../findings/finding-path.dto.js';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { EnrichAllMissingQuery, EnrichFindingQuery } from './enrichment-run.dto.js';
import { EnrichmentService } from './enrichment.service.js';
import { FindingExchangesDto } from './exchange.dto.js';

/** Risk scores and explanations of findings. */
@ApiTags('enrichment')
@Requires('triage')
@Controller('findings')
export class EnrichmentController {
  constructor(private readonly enrichment: EnrichmentService) {}

  @Post('enrich_all_missing')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'enrichAllMissing',
    summary: 'Score and explain findings without a score, and wait for the result',
  })
  @ApiOkResponse({ type: [FindingDto] })
  @ApiProblems(503)
  enrichAllMissing(
    @Query() query: EnrichAllMissingQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<FindingDto[]> {
    return this.enrichment.enrichAllMissing(query.limit, caller);
  }

  @Post(':id/enrich_with_ai')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'enrichFinding',
    summary: 'Score and explain one finding, and wait for the result',
  })
  @ApiOkResponse({ type: FindingDto })
  @ApiProblems([404, 'FINDINGS.NOT_FOUND'], 503)
  enrich(
    @Param() path: FindingPath,
    @Query() query: EnrichFindingQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<FindingDto> {
    return this.enrichment.enrich(path.id, query.refresh, caller);
  }

  @Requires('read')
  @Get(':id/enrichment')
  @ApiOperation({
    operationId: 'getFindingEnrichment',
    summary: 'The text that was sent to a model about a finding, and its answer',
  })
  @ApiOkResponse({ type: FindingExchangesDto })
  @ApiProblems([404, 'FINDINGS.NOT_FOUND', 'ENRICHMENTS.NOT_ENRICHED'])
  exchanges(@Param() path: FindingPath, @Query() _query: NoParameters): Promise<FindingExchangesDto> {
    return this.enrichment.exchanges(path.id);
  }
}
