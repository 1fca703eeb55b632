import { type Caller, CurrentCaller, Requires } from '@mcm/platform';
import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query, UseFilters } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RejectedFilter } from '../intake/rejected.filter.js';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { DeadLetterListDto, DeadLetterPath, ListDeadLettersQuery, RedriveDto } from './dead-letter.dto.js';
import { DeadLettersService } from './dead-letters.service.js';

/** Messages and items that could not be processed. */
@ApiTags('dead letters')
@UseFilters(RejectedFilter)
@Requires('read')
@Controller('dead-letters')
export class DeadLettersController {
  constructor(private readonly letters: DeadLettersService) {}

  @Get()
  @ApiOperation({ operationId: 'listDeadLetters', summary: 'Dead letters, newest first' })
  @ApiOkResponse({ type: DeadLetterListDto })
  @ApiProblems()
  list(@Query() query: ListDeadLettersQuery): Promise<DeadLetterListDto> {
    return this.letters.list(query);
  }

  @Requires('settings')
  @Post(':id/redrive')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({ operationId: 'redriveDeadLetter', summary: 'Redrive a dead letter' })
  @ApiAcceptedResponse({ type: RedriveDto })
  @ApiProblems(404, 409, 422, 503)
  redrive(
    @Param() path: DeadLetterPath,
    @Query() _query: NoParameters,
    @CurrentCaller() caller: Caller,
  ): Promise<RedriveDto> {
    return this.letters.redrive(path.id, caller);
  }
}
