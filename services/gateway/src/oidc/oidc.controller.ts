import { AppError } from '@mcm/kernel';
import { Public } from '@mcm/platform';
import { Controller, Get, HttpStatus, Query, Redirect, Req, Res, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentVisitor, type Visitor } from '../access/visitor.js';
import { GatewayConfig } from '../gateway.config.js';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { SessionCookie } from '../sessions/session-cookie.js';
import { AttemptCookie } from './attempt-cookie.js';
import { StartQuery } from './oidc.dto.js';
import { OidcFailure } from './oidc-failure.js';
import { OidcGuard } from './oidc.guard.js';
import { OidcService } from './oidc.service.js';
import { returnPath } from './return-path.js';

/** The largest query that a provider has to add. */
const QUERY_MAX = 8192;

/** What Nest makes a redirect of. */
interface Onward {
  url: string;
  statusCode: number;
}

/**
 * Signing in with the OpenID provider. A browser opens both routes as pages, so each answers with a redirect: what went wrong
 * is behind the hash sign of the dashboard's address, `#sign-in-failed=<code>`.
 */
@ApiTags('access')
@UseGuards(OidcGuard)
@Controller('auth/oidc')
export class OidcController {
  constructor(
    private readonly oidc: OidcService,
    private readonly config: GatewayConfig,
    private readonly sessionCookie: SessionCookie,
    private readonly attemptCookie: AttemptCookie,
  ) {}

  // The way in.
  @Public()
  @Get('start')
  @Redirect()
  @ApiOperation({ operationId: 'startOidc', summary: 'Send the browser to the OpenID provider' })
  @ApiResponse({
    status: HttpStatus.SEE_OTHER,
    description: 'To the provider, or back when it does not answer.',
  })
  @ApiProblems([409, 'AUTH.NO_PROVIDER'])
  async start(
    @Query() { return_to }: StartQuery,
    @CurrentVisitor() visitor: Visitor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Onward> {
    const path = returnPath(return_to);
    try {
      const { url, token, expires } = await this.oidc.leave(
        path,
        this.sessionCookie.tokenOf(request),
        visitor,
      );
      this.attemptCookie.set(reply, token, expires);
      return { url, statusCode: HttpStatus.SEE_OTHER };
    } catch (error) {
      if (error instanceof OidcFailure) return this.dashboard(path, error);
      throw error;
    }
  }

  // The way back in.
  @Public()
  @Get('callback')
  @Redirect()
  @ApiOperation({
    operationId: 'finishOidc',
    summary: 'Where the OpenID provider sends the browser back to',
    description: 'Further parameters that a provider adds are ignored.',
  })
  @ApiQuery({ name: 'code', required: false, schema: { type: 'string' }, description: 'Authorisation code.' })
  @ApiQuery({ name: 'state', required: false, schema: { type: 'string' } })
  @ApiQuery({
    name: 'error',
    required: false,
    schema: { type: 'string' },
    description: 'In place of `code`.',
  })
  @ApiResponse({ status: HttpStatus.SEE_OTHER, description: 'To the dashboard.' })
  @ApiProblems([409, 'AUTH.NO_PROVIDER'], 503)
  async callback(
    @CurrentVisitor() visitor: Visitor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Onward> {
    const query = request.url.split('?').slice(1).join('?');
    if (query.length > QUERY_MAX) {
      throw new AppError(
        'invalid',
        'REQUEST.URL_INVALID',
        `The query is longer than ${QUERY_MAX} characters.`,
      );
    }
    const token = this.attemptCookie.tokenOf(request);
    if (token !== null) this.attemptCookie.clear(reply);
    const { path, outcome } = await this.oidc.comeBack(token, new URLSearchParams(query), visitor);
    if (outcome instanceof OidcFailure) return this.dashboard(path, outcome);
    this.sessionCookie.set(reply, outcome.token, outcome.session.expires_at);
    return this.dashboard(path);
  }

  private dashboard(path: string, failure?: OidcFailure): Onward {
    const reason = failure === undefined ? '' : `#sign-in-failed=${failure.reason}`;
    return { url: `${this.config.dashboardUrl()}${path}${reason}`, statusCode: HttpStatus.SEE_OTHER };
  }
}
