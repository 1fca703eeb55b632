import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { FindingDto } from '../findings/finding.dto.js';
import { FindingPath } from '../findings/finding-path.dto.js';
import { JobPath } from '../jobs/job-path.dto.js';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { EnrichAllMissingQuery, EnrichmentDto, EnrichmentRequestDto } from './enrichment.dto.js';
import { EnrichmentService } from './enrichment.service.js';

/** Risk scores and explanations. */
@ApiTags('enrichment')
@Controller()
export class EnrichmentController {
  constructor(private readonly enrichment: EnrichmentService) {}

  @Post('findings/enrich_all_missing')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'enrichAllMissing',
    summary: 'Score and explain findings that have no score yet, and wait for it',
  })
  @ApiOkResponse({ type: [FindingDto] })
  @ApiProblems(503)
  enrichAllMissing(@Query() query: EnrichAllMissingQuery): Promise<FindingDto[]> {
    return this.enrichment.enrichAllMissing(query.limit);
  }

  @Post('findings/:id/enrich_with_ai')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ operationId: 'enrichFinding', summary: 'Score and explain one finding, and wait for it' })
  @ApiOkResponse({ type: FindingDto })
  @ApiProblems(404, 503)
  enrich(@Param() path: FindingPath, @Query() _query: NoParameters): Promise<FindingDto> {
    return this.enrichment.enrich(path.id);
  }

  @Post('enrichments')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    operationId: 'startEnrichment',
    summary: 'Score and explain many findings in the background',
  })
  @ApiBody({ type: EnrichmentRequestDto, required: false })
  @ApiAcceptedResponse({ type: EnrichmentDto })
  @ApiProblems(413, 415, 503)
  start(@Query() _query: NoParameters, @Body() body: EnrichmentRequestDto): Promise<EnrichmentDto> {
    return this.enrichment.start(body);
  }

  @Get('enrichments/:id')
  @ApiOperation({ operationId: 'getEnrichment', summary: 'How far a bulk enrichment is' })
  @ApiOkResponse({ type: EnrichmentDto })
  @ApiProblems(404)
  status(@Param() path: JobPath, @Query() _query: NoParameters): Promise<EnrichmentDto> {
    return this.enrichment.status(path.id);
  }
}
