import { Requires } from '@mcm/platform';
import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
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
  @ApiOkResponse({ type: [EventDto] })
  @ApiProblems()
  list(@Query() query: ListEventsQuery): Promise<EventDto[]> {
    return this.events.list(query);
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getEvent', summary: 'One event' })
  @ApiOkResponse({ type: EventDto })
  @ApiProblems([404, 'EVENTS.NOT_FOUND'])
  byId(@Param() path: EventPath, @Query() _query: NoParameters): Promise<EventDto> {
    return this.events.byId(path.id);
  }
}
