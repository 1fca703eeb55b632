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
      description: 'The rule has errors; `problems` names them with line and column.',
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(RulesRefusedDto) } } },
    }),
  );

/** Trying rules over stored events; nothing is written. */
@ApiTags('rules')
@UseFilters(RulesRefusedFilter)
@Controller('rules')
export class RulePreviewsController {
  constructor(private readonly previews: RulePreviewsService) {}

  @Post('preview')
  @ApiOperation({
    operationId: 'previewRule',
    summary: 'Try a rule, or a rule in force with another threshold, over stored events',
    description:
      'Answers with the result when that takes at most two seconds, else with 202 and the id to ask for it. Nothing ' +
      'is written.',
  })
  @ApiOkResponse({ type: RulePreviewDto, description: 'It has ended.' })
  @ApiAcceptedResponse({ type: RulePreviewDto, description: 'It goes on; ask again.' })
  @ApiRefused()
  @ApiProblems(404, 413, 415, 503)
  async start(
    @Query() _query: NoParameters,
    @Body() body: RulePreviewRequestDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RulePreviewDto> {
    const preview = await this.previews.start(body);
    void reply.status(preview.finished_at === null ? HttpStatus.ACCEPTED : HttpStatus.OK);
    return preview;
  }

  @Get('previews/:id')
  @ApiOperation({ operationId: 'getRulePreview', summary: 'How far trying a rule is' })
  @ApiOkResponse({ type: RulePreviewDto })
  @ApiRefused()
  @ApiProblems(404)
  status(@Param() path: JobPath, @Query() _query: NoParameters): Promise<RulePreviewDto> {
    return this.previews.status(path.id);
  }

  @Delete('previews/:id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ operationId: 'cancelRulePreview', summary: 'Stop trying a rule' })
  @ApiNoContentResponse()
  @ApiProblems(404, 409)
  cancel(@Param() path: JobPath, @Query() _query: NoParameters): Promise<void> {
    return this.previews.cancel(path.id);
  }
}
