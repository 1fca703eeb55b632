import { type Caller, CurrentCaller, Requires } from '@mcm/platform';
import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Patch, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { SettingChangeDto, SettingDto, SettingPath, TakeBackQuery } from './setting.dto.js';
import { SettingsService } from './settings.service.js';

/** Settings that are kept in the database. */
@ApiTags('settings')
@Requires('read')
@Controller('settings')
export class SettingsController {
  constructor(private readonly settings: SettingsService) {}

  @Get(':name')
  @ApiOperation({
    operationId: 'getSetting',
    summary: 'A setting, with its defaults and a change that waits',
  })
  @ApiOkResponse({ type: SettingDto })
  @ApiProblems()
  find(@Param() { name }: SettingPath, @Query() _query: NoParameters): Promise<SettingDto> {
    return this.settings.find(name);
  }

  @Requires('admin')
  @Patch(':name')
  @ApiOperation({
    operationId: 'changeSetting',
    summary: 'Change a setting',
    description:
      'A change takes effect immediately, except for what would be lost by it: that waits for a day, and can be taken ' +
      'back until then.',
  })
  @ApiOkResponse({ type: SettingDto })
  @ApiProblems([409, 'SETTINGS.CHANGED_MEANWHILE'])
  change(
    @Param() { name }: SettingPath,
    @Query() _query: NoParameters,
    @Body() body: SettingChangeDto,
    @CurrentCaller() caller: Caller,
  ): Promise<SettingDto> {
    return this.settings.change(name, body, caller);
  }

  @Requires('admin')
  @Delete(':name/pending')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ operationId: 'takeBackSetting', summary: 'Take back a change that waits' })
  @ApiOkResponse({ type: SettingDto })
  @ApiProblems([409, 'SETTINGS.CHANGED_MEANWHILE'])
  takeBack(
    @Param() { name }: SettingPath,
    @Query() { revision }: TakeBackQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<SettingDto> {
    return this.settings.takeBack(name, revision, caller);
  }
}
