import { Requires } from '@mcm/platform';
import { Body, Controller, Get, HttpCode, HttpStatus, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { DryRunDto, DryRunRequestDto } from './dry-run.dto.js';
import { RetentionDryRun } from './retention-dry-run.js';
import { StorageDto } from './storage.dto.js';
import { StorageService } from './storage.service.js';

/** What is stored, and what a change of the retention would remove. */
@ApiTags('storage')
@Requires('read')
@Controller('storage')
export class StorageController {
  constructor(
    private readonly storage: StorageService,
    private readonly dryRun: RetentionDryRun,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'getStorage',
    summary: 'What is stored, how it grows, and for how long there is room',
    description: 'From counts and the catalogue of the database: it costs the same however much is stored.',
  })
  @ApiOkResponse({ type: StorageDto })
  @ApiProblems()
  overview(@Query() _query: NoParameters): Promise<StorageDto> {
    return this.storage.overview();
  }

  @Post('dry-run')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'dryRunRetention',
    summary: 'What would be removed with a change of the retention; changes nothing',
  })
  @ApiOkResponse({ type: DryRunDto })
  @ApiProblems()
  wouldGo(@Query() _query: NoParameters, @Body() { value }: DryRunRequestDto): Promise<DryRunDto> {
    return this.dryRun.of(value);
  }
}
