import { type Caller, CurrentCaller, Requires } from '@mcm/platform';
import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import {
  HoldPath,
  LegalHoldDto,
  legalHoldDto,
  LegalHoldListDto,
  LegalHoldReleaseDto,
  LegalHoldRequestDto,
  ListHoldsQuery,
} from './legal-hold.dto.js';
import { LegalHoldsService } from './legal-holds.service.js';

/** Legal holds: what is kept whatever the retention says. */
@ApiTags('storage')
@Requires('admin')
@Controller('storage/holds')
export class LegalHoldsController {
  constructor(private readonly holds: LegalHoldsService) {}

  @Requires('read')
  @Get()
  @ApiOperation({ operationId: 'listLegalHolds', summary: 'Legal holds, newest first' })
  @ApiOkResponse({ type: LegalHoldListDto })
  @ApiProblems()
  async list(@Query() { released }: ListHoldsQuery): Promise<LegalHoldListDto> {
    return { items: (await this.holds.list(released)).map(legalHoldDto) };
  }

  @Post()
  @HttpCode(HttpStatus.CREATED)
  @ApiOperation({
    operationId: 'createLegalHold',
    summary: 'Keep events of a time, and findings about it, until the hold is released',
  })
  @ApiCreatedResponse({ type: LegalHoldDto })
  @ApiProblems([409, 'HOLDS.TOO_MANY'], 503)
  async create(
    @Query() _query: NoParameters,
    @Body() { sources, from, to, reason }: LegalHoldRequestDto,
    @CurrentCaller() caller: Caller,
  ): Promise<LegalHoldDto> {
    const request = { sources: sources ?? null, from: from ?? null, to: to ?? null, reason };
    return legalHoldDto(await this.holds.create(request, caller));
  }

  @Post(':id/release')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ operationId: 'releaseLegalHold', summary: 'Release a legal hold' })
  @ApiOkResponse({ type: LegalHoldDto })
  @ApiProblems([404, 'HOLDS.NOT_FOUND'])
  async release(
    @Param() { id }: HoldPath,
    @Query() _query: NoParameters,
    @Body() { reason }: LegalHoldReleaseDto,
    @CurrentCaller() caller: Caller,
  ): Promise<LegalHoldDto> {
    return legalHoldDto(await this.holds.release(id, reason, caller));
  }
}
