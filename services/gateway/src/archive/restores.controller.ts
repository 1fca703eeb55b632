import { type Caller, CurrentCaller, Requires } from '@mcm/platform';
import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { RestoreDto, RestorePath, RestoreRequestDto } from './restore.dto.js';
import { RestoresService } from './restores.service.js';

/** Archived days that are put back. */
@ApiTags('archive')
@Requires('admin')
@Controller('archive/restores')
export class RestoresController {
  constructor(private readonly restores: RestoresService) {}

  @Post()
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    operationId: 'startRestore',
    summary: 'Make an archived day searchable again',
    description:
      'Every byte of its archive is checked first, and nothing is restored from a damaged one. Events that are there stay as they are.',
  })
  @ApiAcceptedResponse({ type: RestoreDto })
  @ApiProblems(413, 415, 503)
  start(
    @Query() _query: NoParameters,
    @Body() body: RestoreRequestDto,
    @CurrentCaller() caller: Caller,
  ): Promise<RestoreDto> {
    return this.restores.start(body.day, caller);
  }

  @Get(':day')
  @ApiOperation({ operationId: 'getRestore', summary: 'How far the restore of a day is' })
  @ApiOkResponse({ type: RestoreDto })
  @ApiProblems([404, 'ARCHIVE.RESTORE_NOT_FOUND'])
  status(@Param() path: RestorePath, @Query() _query: NoParameters): Promise<RestoreDto> {
    return this.restores.status(path.day);
  }
}
