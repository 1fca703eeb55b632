import { type Caller, CurrentCaller, Requires } from '@mcm/platform';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  HttpStatus,
  Param,
  Patch,
  Post,
  Query,
  UseFilters,
} from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { RuleDetailDto, RulePageDto, RuleProblemsDto } from './rule.dto.js';
import {
  ListRulesQuery,
  RuleChangeRequestDto,
  RulePath,
  RulesReloadDto,
  RulesReloadRequestDto,
} from './rule-requests.dto.js';
import { RulesRefusedDto, RulesRefusedFilter } from './rules-refused.filter.js';
import { RulesService } from './rules.service.js';

/** The rules in force. */
@ApiTags('rules')
@UseFilters(RulesRefusedFilter)
@Requires('read')
@Controller('rules')
export class RulesController {
  constructor(private readonly rules: RulesService) {}

  @Get()
  @ApiOperation({ operationId: 'listRules', summary: 'One page of the rules in force' })
  @ApiOkResponse({ type: RulePageDto })
  @ApiProblems()
  page(@Query() query: ListRulesQuery): Promise<RulePageDto> {
    return this.rules.page(query);
  }

  @Get('problems')
  @ApiOperation({
    operationId: 'getRuleProblems',
    summary: 'Problems of the rule files in force, and of the last refused reload',
  })
  @ApiOkResponse({ type: RuleProblemsDto })
  @ApiProblems()
  problems(@Query() _query: NoParameters): Promise<RuleProblemsDto> {
    return this.rules.problems();
  }

  @Requires('rules:write')
  @Post('reload')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'reloadRules',
    summary: 'Read the rule files from disk and put them into force',
    description:
      'All processes apply the rules within a second, without a restart. When a document has an error, the ' +
      'rules in force do not change, unless `skip_faulty` is set, which leaves the document out.',
  })
  @ApiBody({ type: RulesReloadRequestDto, required: false })
  @ApiExtraModels(RulesRefusedDto)
  @ApiOkResponse({ type: RulesReloadDto })
  @ApiResponse({
    status: HttpStatus.UNPROCESSABLE_ENTITY,
    description: 'A document has an error; the rules in force did not change.',
    content: { 'application/problem+json': { schema: { $ref: getSchemaPath(RulesRefusedDto) } } },
  })
  @ApiProblems(413, 415, 503)
  reload(
    @Query() _query: NoParameters,
    @Body() body: RulesReloadRequestDto,
    @CurrentCaller() caller: Caller,
  ): Promise<RulesReloadDto> {
    return this.rules.reload(body, caller);
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getRule', summary: 'One rule with its text and its history' })
  @ApiOkResponse({ type: RuleDetailDto })
  @ApiProblems([404, 'RULES.NOT_FOUND'])
  detail(@Param() path: RulePath, @Query() _query: NoParameters): Promise<RuleDetailDto> {
    return this.rules.detail(path.id);
  }

  @Requires('rules:write')
  @Patch(':id')
  @ApiOperation({
    operationId: 'changeRule',
    summary: 'Enable or disable a rule, or override the level of its findings',
    description: 'All processes apply the change within a second. Existing findings do not change.',
  })
  @ApiOkResponse({ type: RuleDetailDto })
  @ApiProblems([404, 'RULES.NOT_FOUND'], [409, 'RULES.NO_FINDINGS', 'RULES.CHANGED_MEANWHILE'], 413, 415)
  change(
    @Param() path: RulePath,
    @Query() _query: NoParameters,
    @Body() body: RuleChangeRequestDto,
    @CurrentCaller() caller: Caller,
  ): Promise<RuleDetailDto> {
    return this.rules.change(path.id, body, caller);
  }
}
