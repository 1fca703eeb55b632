import { Requires } from '@mcm/platform';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { REACH_HEADER, SEARCH_HEADERS, setSearchHeaders } from '../search/search-headers.js';
import { AroundQuery } from './around.dto.js';
import { EventDto } from './event.dto.js';
import { EventPath } from './event-path.dto.js';
import { EventsService } from './events.service.js';
import { ListEventsQuery } from './list-events.dto.js';

/** Stored events. */
@ApiTags('events')
@Requires('read')
@Controller('events')
export class EventsController {
  constructor(private readonly events: EventsService) {}

  @Get()
  @ApiOperation({ operationId: 'listEvents', summary: 'Stored events, newest first' })
  @ApiOkResponse({ type: [EventDto], headers: SEARCH_HEADERS })
  @ApiProblems(503)
  async list(
    @Query() query: ListEventsQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventDto[]> {
    const { events, ...place } = await this.events.list(query);
    setSearchHeaders(reply, place);
    return events;
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getEvent', summary: 'One event' })
  @ApiOkResponse({ type: EventDto })
  @ApiProblems([404, 'EVENTS.NOT_FOUND'])
  byId(@Param() path: EventPath, @Query() _query: NoParameters): Promise<EventDto> {
    return this.events.byId(path.id);
  }

  @Get(':id/around')
  @ApiOperation({ operationId: 'listEventsAround', summary: 'Events before and after one, newest first' })
  @ApiOkResponse({ type: [EventDto], headers: REACH_HEADER })
  @ApiProblems([404, 'EVENTS.NOT_FOUND'], 503)
  async around(
    @Param() path: EventPath,
    @Query() query: AroundQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EventDto[]> {
    const { events, searchedBackTo } = await this.events.around(path.id, query);
    setSearchHeaders(reply, { next: null, searchedBackTo });
    return events;
  }
}
