import { AuditTrail } from '@mcm/audit';
import { AppError } from '@mcm/kernel';
import { DataSource, inTransaction, Session } from '@mcm/persistence';
import { type Caller, CurrentCaller, CurrentPrincipal, type Principal, SignedIn } from '@mcm/platform';
import { Controller, Delete, Get, HttpCode, HttpStatus, Param, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AccessMemory } from '../access/access-memory.js';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { sessionDto, SessionListDto, SessionPath } from './session.dto.js';
import { Sessions } from './sessions.js';

/** The own sessions of a person. */
@ApiTags('access')
@SignedIn()
@Controller('sessions')
export class SessionsController {
  constructor(
    private readonly database: DataSource,
    private readonly sessions: Sessions,
    private readonly memory: AccessMemory,
    private readonly audit: AuditTrail,
  ) {}

  @Get()
  @ApiOperation({ operationId: 'listSessions', summary: 'Sessions of the caller, the latest used first' })
  @ApiOkResponse({ type: SessionListDto })
  @ApiProblems()
  async list(
    @Query() _query: NoParameters,
    @CurrentPrincipal() { actor, credential }: Principal,
  ): Promise<SessionListDto> {
    if (actor.type !== 'person') return { items: [] };
    const found = await this.sessions.ofPerson(actor.id);
    return { items: found.map((session) => sessionDto(session, credential?.id ?? null)) };
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ operationId: 'endSession', summary: 'End a session of the caller' })
  @ApiNoContentResponse()
  @ApiProblems([404, 'SESSIONS.NOT_FOUND'])
  async end(
    @Param() { id }: SessionPath,
    @Query() _query: NoParameters,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    const { actor } = caller;
    await inTransaction(this.database, async (manager) => {
      const { affected } =
        actor.type === 'person'
          ? await manager.delete(Session, { id, person_id: actor.id })
          : { affected: 0 };
      if (affected !== 1)
        throw new AppError('not-found', 'SESSIONS.NOT_FOUND', `There is no session ${id} of yours.`);
      await this.audit.append(manager, {
        origin: caller,
        action: 'session.ended',
        object: { type: 'session', id, name: null },
      });
    });
    this.memory.forget();
  }
}
