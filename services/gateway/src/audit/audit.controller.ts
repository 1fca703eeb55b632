import { type Caller, CurrentCaller, Requires } from '@mcm/platform';
import { Body, Controller, Get, HttpCode, HttpStatus, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import {
  AuditCheckpointDto,
  AuditErasureDto,
  AuditErasureRequestDto,
  AuditPageDto,
  AuditVerificationDto,
  ListAuditQuery,
} from './audit.dto.js';
import { AuditService } from './audit.service.js';

/** What was done in the product, and the proof that nothing of it was changed. */
@ApiTags('audit')
@Requires('admin')
@Controller('audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @ApiOperation({ operationId: 'listAudit', summary: 'Entries of the audit trail, the latest first' })
  @ApiOkResponse({ type: AuditPageDto })
  @ApiProblems()
  list(@Query() query: ListAuditQuery): Promise<AuditPageDto> {
    return this.audit.list(query);
  }

  @Get('export')
  @ApiOperation({
    operationId: 'exportAudit',
    summary: 'The whole audit trail with a signed checkpoint, for `verify-audit.mjs`',
    description: 'The first line is the manifest; each other line is an entry, the oldest first.',
  })
  @ApiProduces('application/x-ndjson')
  @ApiOkResponse({ schema: { type: 'string' } })
  @ApiProblems([503, 'AUDIT.EXPORTS_BUSY'])
  async export(@Query() _query: NoParameters, @CurrentCaller() caller: Caller): Promise<StreamableFile> {
    return new StreamableFile(await this.audit.export(caller), {
      type: 'application/x-ndjson',
      disposition: 'attachment; filename="audit.ndjson"',
    });
  }

  @Get('verify')
  @ApiOperation({
    operationId: 'verifyAudit',
    summary: 'Check the audit trail against itself and against the published checkpoints',
    description: 'Reads the whole trail. Requests at the same time share one check.',
  })
  @ApiOkResponse({ type: AuditVerificationDto })
  @ApiProblems([503, 'AUDIT.VERIFICATION_RUNNING'])
  verify(@Query() _query: NoParameters): Promise<AuditVerificationDto> {
    return this.audit.verify();
  }

  @Post('checkpoints')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'createAuditCheckpoint',
    summary: 'Sign and publish a checkpoint of the audit trail',
  })
  @ApiOkResponse({ type: AuditCheckpointDto })
  @ApiProblems([409, 'AUDIT.NO_KEY', 'AUDIT.EMPTY', 'AUDIT.TRAIL_BROKEN'], 503)
  checkpoint(@Query() _query: NoParameters): Promise<AuditCheckpointDto> {
    return this.audit.checkpoint();
  }

  @Post('erasures')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'eraseAuditPerson',
    summary: 'Erase the names, addresses and mails of a person from the audit trail',
    description: 'Ids stay, and each entry still verifies. It cannot be undone.',
  })
  @ApiOkResponse({ type: AuditErasureDto })
  @ApiProblems(413, 415)
  erase(
    @Query() _query: NoParameters,
    @Body() body: AuditErasureRequestDto,
    @CurrentCaller() caller: Caller,
  ): Promise<AuditErasureDto> {
    return this.audit.erase(body.person, caller);
  }
}
