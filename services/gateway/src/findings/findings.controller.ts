import { Requires } from '@mcm/platform';
import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AroundQuery } from '../events/around.dto.js';
import { EventDto } from '../events/event.dto.js';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { REACH_HEADER, setSearchHeaders } from '../search/search-headers.js';
import { FindingDetailDto, FindingPageDto } from './finding.dto.js';
import { FindingExplanationDto } from './finding-explanation.dto.js';
import { FindingPath } from './finding-path.dto.js';
import { FindingsService } from './findings.service.js';
import { ListFindingsQuery } from './list-findings.dto.js';

/** What the rules found. */
@ApiTags('findings')
@Requires('read')
@Controller('findings')
export class FindingsController {
  constructor(private readonly findings: FindingsService) {}

  @Get()
  @ApiOperation({ operationId: 'listFindings', summary: 'One page of findings, newest first' })
  @ApiOkResponse({ type: FindingPageDto })
  @ApiProblems()
  page(@Query() query: ListFindingsQuery): Promise<FindingPageDto> {
    return this.findings.page(query);
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getFinding', summary: 'One finding with its reasons and evidence' })
  @ApiOkResponse({ type: FindingDetailDto })
  @ApiProblems([404, 'FINDINGS.NOT_FOUND'])
  detail(@Param() path: FindingPath, @Query() _query: NoParameters): Promise<FindingDetailDto> {
    return this.findings.detail(path.id);
  }

  @Get(':id/around')
  @ApiOperation({
    operationId: 'listEventsAroundFinding',
    summary: 'Events from before the first to after the last event of a finding, newest first',
  })
  @ApiOkResponse({ type: [EventDto], headers: REACH_HEADER })
  @ApiProblems([404, 'FINDINGS.NOT_FOUND'], 503)
  async around(
    @Param() path: FindingPath,
    @Query() query: AroundQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventDto[]> {
    const { events, searchedBackTo } = await this.findings.around(path.id, query);
    setSearchHeaders(reply, { next: null, searchedBackTo });
    return events;
  }

  @Post(':id/explain')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'explainFinding',
    summary:
      'Evaluate the events behind a finding again, with the rule as it was then, and wait for the result',
  })
  @ApiOkResponse({ type: FindingExplanationDto })
  @ApiProblems([404, 'FINDINGS.NOT_FOUND'], 503)
  explain(@Param() path: FindingPath, @Query() _query: NoParameters): Promise<FindingExplanationDto> {
    return this.findings.explain(path.id);
  }
}
