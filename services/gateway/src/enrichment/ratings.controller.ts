import { type Caller, CurrentCaller, Requires } from '@mcm/platform';
import { Body, Controller, Get, Header, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { FindingPath } from '../findings/finding-path.dto.js';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { EvaluationSetQuery, RatingDto, RatingRequestDto } from './rating.dto.js';
import { RatingsService } from './ratings.service.js';

/** What people think of enrichments. */
@ApiTags('enrichment')
@Requires('triage')
@Controller()
export class RatingsController {
  constructor(private readonly ratings: RatingsService) {}

  @Post('findings/:id/enrichment/ratings')
  @HttpCode(HttpStatus.CREATED)
  @ApiOperation({
    operationId: 'rateEnrichment',
    summary: 'Rate the enrichment of a finding',
    description: 'An answer that was rated wrong is not used for other findings again.',
  })
  @ApiCreatedResponse({ type: RatingDto })
  @ApiProblems([404, 'FINDINGS.NOT_FOUND', 'ENRICHMENTS.NOT_ENRICHED'], 413, 415)
  rate(
    @Param() path: FindingPath,
    @Query() _query: NoParameters,
    @Body() body: RatingRequestDto,
    @CurrentCaller() caller: Caller,
  ): Promise<RatingDto> {
    return this.ratings.rate(path.id, body, caller);
  }

  @Requires('read')
  @Get('findings/:id/enrichment/ratings')
  @ApiOperation({ operationId: 'listRatings', summary: 'Ratings of a finding, latest first' })
  @ApiOkResponse({ type: [RatingDto] })
  @ApiProblems([404, 'FINDINGS.NOT_FOUND'])
  ofFinding(@Param() path: FindingPath, @Query() _query: NoParameters): Promise<RatingDto[]> {
    return this.ratings.ofFinding(path.id);
  }

  @Post('ai/evaluation-set')
  @HttpCode(HttpStatus.OK)
  @Header('content-type', 'application/x-ndjson')
  @ApiOperation({
    operationId: 'exportEvaluationSet',
    summary: 'Export ratings as cases for `npm run eval:ai -- --set FILE`',
    description:
      'One case per line, oldest first. Values that are never sent to a model are left out, and names are ' +
      'replaced. `X-Next-After` is the `after` of the next request; it is absent at the end. `X-Gone` ' +
      'counts ratings whose finding was deleted.',
  })
  @ApiProduces('application/x-ndjson')
  @ApiOkResponse({ schema: { type: 'string' } })
  @ApiProblems(503)
  async evaluationSet(
    @Query() query: EvaluationSetQuery,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { lines, gone, next } = await this.ratings.evaluationSet(query, caller);
    void reply.header('x-gone', String(gone));
    if (next !== null) void reply.header('x-next-after', String(next));
    return lines.map((line) => `${line}\n`).join('');
  }
}
