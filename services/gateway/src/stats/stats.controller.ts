import { Requires } from '@mcm/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { StatsReader } from './stats-reader.js';
import { StatsSummaryDto } from './stats-summary.dto.js';

/** Figures for the dashboard. */
@ApiTags('stats')
@Requires('read')
@Controller('stats')
export class StatsController {
  constructor(private readonly stats: StatsReader) {}

  @Get('summary')
  @ApiOperation({ operationId: 'getStatsSummary', summary: 'Totals, findings by severity, events by day' })
  @ApiOkResponse({ type: StatsSummaryDto })
  @ApiProblems()
  summary(@Query() _query: NoParameters): Promise<StatsSummaryDto> {
    return this.stats.summary();
  }
}
