import { type Caller, CurrentCaller, CurrentPrincipal, type Principal, Requires } from '@mcm/platform';
import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { keyDto, KeyDto, KeyListDto, KeyPath, KeyRequestDto, NewKeyDto } from './key.dto.js';
import { KeysService } from './keys.service.js';

/** The keys of programs. */
@ApiTags('keys')
@Requires('admin')
@Controller('keys')
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  @Get()
  @ApiOperation({ operationId: 'listKeys', summary: 'Keys, newest first' })
  @ApiOkResponse({ type: KeyListDto })
  @ApiProblems()
  async list(@Query() _query: NoParameters): Promise<KeyListDto> {
    return { items: (await this.keys.list()).map(keyDto) };
  }

  @Post()
  @HttpCode(HttpStatus.CREATED)
  @ApiOperation({
    operationId: 'createKey',
    summary: 'Make a key; the answer is the only one that has its secret',
  })
  @ApiCreatedResponse({ type: NewKeyDto })
  @ApiProblems([409, 'KEYS.TOO_MANY'])
  async create(
    @Query() _query: NoParameters,
    @Body() { allowed_sources, ...body }: KeyRequestDto,
    @CurrentPrincipal() principal: Principal,
    @CurrentCaller() caller: Caller,
  ): Promise<NewKeyDto> {
    const { key, text } = await this.keys.create(
      { ...body, allowed_sources: allowed_sources ?? null },
      principal,
      caller,
    );
    return { key: keyDto(key), secret: text };
  }

  @Delete(':id')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'revokeKey',
    summary: 'Revoke a key by its id, for all processes within a second',
  })
  @ApiOkResponse({ type: KeyDto })
  @ApiProblems([404, 'KEYS.NOT_FOUND'])
  async revoke(
    @Param() { id }: KeyPath,
    @Query() _query: NoParameters,
    @CurrentCaller() caller: Caller,
  ): Promise<KeyDto> {
    return keyDto(await this.keys.revoke(id, caller));
  }
}
