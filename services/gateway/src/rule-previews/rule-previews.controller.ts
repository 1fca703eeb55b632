import { type Caller, CurrentCaller, Requires } from '@mcm/platform';
import {
  applyDecorators,
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Query,
  Res,
  UseFilters,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiExtraModels,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { JobPath } from '../jobs/job-path.dto.js';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { RulesRefusedDto, RulesRefusedFilter } from '../rules/rules-refused.filter.js';
import { RulePreviewDto, RulePreviewRequestDto } from './rule-preview.dto.js';
import { RulePreviewsService } from './rule-previews.service.js';

const ApiRefused = (): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(RulesRefusedDto),
    ApiResponse({
      status: HttpStatus.UNPROCESSABLE_ENTITY,
      description: 'The rule has errors; `problems` lists them with line and column.',
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(RulesRefusedDto) } } },
    }),
  );

/** Trying rules over stored events; nothing is written. */
@ApiTags('rules')
@UseFilters(RulesRefusedFilter)
@Requires('triage')
@Controller('rules')
export class RulePreviewsController {
  constructor(private readonly previews: RulePreviewsService) {}

  @Post('preview')
  @ApiOperation({
    operationId: 'previewRule',
    summary: 'Preview a rule, or a rule in force with another threshold, over stored events',
    description:
      'Returns the result when it is ready within two seconds, otherwise 202 with the id of the preview. ' +
      'Nothing is written.',
  })
  @ApiOkResponse({ type: RulePreviewDto, description: 'The preview has ended.' })
  @ApiAcceptedResponse({ type: RulePreviewDto, description: 'The preview is still running; ask again.' })
  @ApiRefused()
  @ApiProblems([404, 'RULES.NOT_FOUND'], 413, 415, 503)
  async start(
    @Query() _query: NoParameters,
    @Body() body: RulePreviewRequestDto,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RulePreviewDto> {
    const preview = await this.previews.start(body, caller);
    void reply.status(preview.finished_at === null ? HttpStatus.ACCEPTED : HttpStatus.OK);
    return preview;
  }

  @Requires('read')
  @Get('previews/:id')
  @ApiOperation({ operationId: 'getRulePreview', summary: 'Progress and result of a preview' })
  @ApiOkResponse({ type: RulePreviewDto })
  @ApiRefused()
  @ApiProblems([404, 'RULES.PREVIEW_NOT_FOUND'])
  status(@Param() path: JobPath, @Query() _query: NoParameters): Promise<RulePreviewDto> {
    return this.previews.status(path.id);
  }

  @Delete('previews/:id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ operationId: 'cancelRulePreview', summary: 'Cancel a preview' })
  @ApiNoContentResponse()
  @ApiProblems([404, 'RULES.PREVIEW_NOT_FOUND'], [409, 'RULES.PREVIEW_ENDED'])
  cancel(
    @Param() path: JobPath,
    @Query() _query: NoParameters,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    return this.previews.cancel(path.id, caller);
  }
}
