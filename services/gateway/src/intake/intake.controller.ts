import { EVENT_MEDIA_TYPES, type SubmissionReceipt } from '@mcm/contracts';
import { secretVariable, SOURCES } from '@mcm/sources';
import { Public, Requires } from '@mcm/platform';
import {
  applyDecorators,
  Controller,
  HttpCode,
  HttpStatus,
  Param,
  Post,
  Query,
  Req,
  Res,
  UseFilters,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiConsumes,
  ApiExtraModels,
  ApiHeader,
  ApiNoContentResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RawBody } from '../http/raw-body.decorator.js';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { contractSchema } from '../openapi/contract-schemas.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { IntakeService } from './intake.service.js';
import { RejectedFilter } from './rejected.filter.js';
import { RejectedProblemDto } from './rejected-problem.dto.js';
import { SourcePath } from './source-path.dto.js';

const ApiEndpoint = (): MethodDecorator =>
  applyDecorators(
    ApiConsumes(...EVENT_MEDIA_TYPES),
    ApiHeader({ name: 'content-encoding', required: false, schema: { enum: ['gzip', 'identity'] } }),
    ApiExtraModels(RejectedProblemDto),
    ApiAcceptedResponse({
      schema: contractSchema('IntakeReceipt'),
      description:
        'At least one item was accepted, or the request had no items; `rejected` lists refused items.',
    }),
    ApiResponse({
      status: HttpStatus.UNPROCESSABLE_ENTITY,
      description: 'No item could be accepted.',
      content: { 'application/problem+json': { schema: { $ref: getSchemaPath(RejectedProblemDto) } } },
    }),
    ApiProblems(413, 415, 503),
  );

const RECORDS_DESCRIPTION = [
  'Plain or gzip, always also as an array of records, a single record, or NDJSON (`application/x-ndjson`).',
  ...[...SOURCES].map(({ name, title, documentation, headers, verification }) =>
    [
      `\`${name}\` (${title}): ${documentation.takes}`,
      ...(headers.length > 0 ? [`reads ${headers.map((header) => `\`${header}\``).join(', ')}`] : []),
      ...(verification === null ? [] : [`verified where \`${secretVariable(name)}\` is set`]),
    ].join('; '),
  ),
].join('\n- ');

const RECORDS_EXAMPLES = Object.fromEntries(
  [...SOURCES].map(({ name, example: { summary, wrap, record } }) => [
    name,
    { summary, value: wrap([record]) },
  ]),
);

/** The endpoints for producers. What a body holds is read by ingestion, not here. */
@ApiTags('events')
@UseFilters(RejectedFilter)
@Requires('events:write')
@Controller()
export class IntakeController {
  constructor(private readonly intake: IntakeService) {}

  @Post('events')
  @HttpCode(HttpStatus.ACCEPTED)
  @RawBody({ signedIn: true })
  @ApiOperation({
    operationId: 'submitEvents',
    summary: 'Push events',
    description:
      'One event, an array of events, NDJSON (`application/x-ndjson`), or CloudEvents 1.0 (structured, batch or ' +
      'binary with `ce-` headers), plain or gzip.',
  })
  @ApiBody({
    required: true,
    schema: {},
    examples: {
      one: {
        summary: 'One event',
        value: {
          event_type: 'login_failed',
          user: 'alice',
          timestamp: '2026-11-23T10:00:00Z',
          raw_data: { ip: '198.51.100.7', success: false },
        },
      },
    },
  })
  @ApiEndpoint()
  submitEvents(@Query() _query: NoParameters, @Req() request: FastifyRequest): Promise<SubmissionReceipt> {
    return this.intake.submit(request);
  }

  // A vendor that signs has no key: ingestion refuses senders that have neither.
  @Public()
  @Post('sources/:source')
  @HttpCode(HttpStatus.ACCEPTED)
  @RawBody()
  @ApiOperation({
    operationId: 'submitSourceRecords',
    summary: "Push a vendor's own records",
    description: RECORDS_DESCRIPTION,
  })
  @ApiBody({
    required: true,
    schema: {},
    examples: RECORDS_EXAMPLES,
  })
  @ApiEndpoint()
  @ApiNoContentResponse({
    description: 'Accepted, from a sender that expects an empty answer: an event hook of Okta.',
  })
  @ApiProblems(401, 404, 409)
  async submitRecords(
    @Param() path: SourcePath,
    @Query() _query: NoParameters,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SubmissionReceipt | undefined> {
    const receipt = await this.intake.submitRecords(path.source, request);
    if (receipt !== null) return receipt;
    void reply.status(HttpStatus.NO_CONTENT);
    return undefined;
  }
}
