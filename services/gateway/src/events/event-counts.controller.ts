import { Requires } from '@mcm/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { EventCounter } from './event-counter.js';
import { EventFacetsDto, EventHistogramDto, FacetsQuery, HistogramQuery } from './event-counts.dto.js';

/** How many events there are, by time and by value. */
@ApiTags('events')
@Requires('read')
@Controller('events')
export class EventCountsController {
  constructor(private readonly counter: EventCounter) {}

  @Get('histogram')
  @ApiOperation({ operationId: 'getEventHistogram', summary: 'How many events match, over time' })
  @ApiOkResponse({ type: EventHistogramDto })
  @ApiProblems(503)
  histogram(@Query() { bars, ...filter }: HistogramQuery): Promise<EventHistogramDto> {
    return this.counter.histogram(filter, bars);
  }

  @Get('facets')
  @ApiOperation({
    operationId: 'getEventFacets',
    summary: 'The most frequent values among events that match',
  })
  @ApiOkResponse({ type: EventFacetsDto })
  @ApiProblems(503)
  facets(@Query() { field, values, ...filter }: FacetsQuery): Promise<EventFacetsDto> {
    return this.counter.facets(filter, field, values);
  }
}
