import { AppError } from '@mcm/kernel';
import { type Caller, CurrentCaller, Public, SignedIn } from '@mcm/platform';
import { Body, Controller, HttpCode, HttpStatus, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CurrentVisitor, type Visitor } from '../access/visitor.js';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { OpenIdProvider } from '../oidc/openid-provider.js';
import { SessionCookie } from '../sessions/session-cookie.js';
import type { StartedSession } from '../sessions/sessions.js';
import { LinksService } from './links.service.js';
import { LocalSignInGuard } from './local-sign-in.guard.js';
import { SignInGuard } from './sign-in.guard.js';
import {
  LinkDto,
  LinkRequestDto,
  LinkUseDto,
  SignedInDto,
  SignedOutDto,
  SignInRequestDto,
  TotpRequestDto,
} from './sign-in.dto.js';
import { SignInService } from './sign-in.service.js';

/** Signing in and out. The session is in a cookie, which only the dashboard gets. */
@ApiTags('access')
@UseGuards(SignInGuard)
@Controller('auth')
export class SignInController {
  constructor(
    private readonly signIn: SignInService,
    private readonly links: LinksService,
    private readonly cookie: SessionCookie,
    private readonly provider: OpenIdProvider,
  ) {}

  // The way in.
  @Public()
  @UseGuards(LocalSignInGuard)
  @Post('sign-in')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ operationId: 'signIn', summary: 'Sign in with address and password' })
  @ApiOkResponse({ type: SignedInDto })
  @ApiProblems([401, 'AUTH.WRONG_PASSWORD'], [409, 'AUTH.NOT_LOCAL'], [429, 'AUTH.TOO_MANY_TRIES'], 503)
  async withPassword(
    @Query() _query: NoParameters,
    @Body() { email, password }: SignInRequestDto,
    @CurrentVisitor() visitor: Visitor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedInDto> {
    return this.answer(
      reply,
      await this.signIn.signIn(email, password, visitor, this.cookie.tokenOf(request)),
    );
  }

  // The second step of the way in.
  @Public()
  @UseGuards(LocalSignInGuard)
  @Post('totp')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'enterTotp',
    summary: 'Enter the code of the authenticator, or a recovery code',
  })
  @ApiOkResponse({ type: SignedInDto })
  @ApiProblems(
    [401, 'AUTH.REQUIRED', 'AUTH.WRONG_CODE'],
    [409, 'AUTH.NOT_LOCAL'],
    [429, 'AUTH.TOO_MANY_TRIES'],
  )
  async withCode(
    @Query() _query: NoParameters,
    @Body() body: TotpRequestDto,
    @CurrentVisitor() visitor: Visitor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedInDto> {
    if ((body.code === undefined) === (body.recovery_code === undefined)) {
      const detail = 'send either code or recovery_code';
      throw new AppError('invalid', 'REQUEST.INVALID', detail, { errors: [{ pointer: 'code', detail }] });
    }
    return this.answer(reply, await this.signIn.enterCode(this.cookie.tokenOf(request), body, visitor));
  }

  // Also for a session that has ended meanwhile, or waits for a code.
  @Public()
  @Post('sign-out')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ operationId: 'signOut', summary: 'End this session' })
  @ApiOkResponse({ type: SignedOutDto })
  @ApiProblems([409, 'AUTH.NOT_LOCAL'])
  async signOut(
    @Query() _query: NoParameters,
    @CurrentVisitor() visitor: Visitor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedOutDto> {
    const token = this.cookie.tokenOf(request);
    const ended = token === null ? null : await this.signIn.signOut(token, visitor);
    this.cookie.clear(reply);
    const fromProvider = ended !== null && ended.issuer !== null;
    return { continue_at: fromProvider ? await this.provider.signOutUrl(ended.id_token) : null };
  }

  @SignedIn()
  @Post('sign-out-everywhere')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ operationId: 'signOutEverywhere', summary: 'End all sessions of the caller' })
  @ApiNoContentResponse()
  @ApiProblems([409, 'AUTH.NOT_LOCAL'])
  async signOutEverywhere(
    @Query() _query: NoParameters,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    if (caller.actor.type === 'person') await this.signIn.signOutEverywhere(caller);
    this.cookie.clear(reply);
  }

  // The link is the credential.
  @Public()
  @UseGuards(LocalSignInGuard)
  @Post('links/check')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ operationId: 'checkLink', summary: 'What a one-time link is for' })
  @ApiOkResponse({ type: LinkDto })
  @ApiProblems([404, 'AUTH.LINK_INVALID'], [409, 'AUTH.NOT_LOCAL'])
  async checkLink(@Query() _query: NoParameters, @Body() { token }: LinkRequestDto): Promise<LinkDto> {
    const facts = await this.links.check(token);
    return { ...facts, expires_at: facts.expires_at.toISOString() };
  }

  // The link is the credential.
  @Public()
  @UseGuards(LocalSignInGuard)
  @Post('links/use')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ operationId: 'useLink', summary: 'Set a password with a one-time link, and sign in' })
  @ApiOkResponse({ type: SignedInDto })
  @ApiProblems([404, 'AUTH.LINK_INVALID'], [409, 'AUTH.NOT_LOCAL', 'AUTH.SET_UP_ALREADY'], 503)
  async useLink(
    @Query() _query: NoParameters,
    @Body() body: LinkUseDto,
    @CurrentVisitor() visitor: Visitor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<SignedInDto> {
    return this.answer(reply, await this.links.use(body, visitor, this.cookie.tokenOf(request)));
  }

  private answer(reply: FastifyReply, { token, session }: StartedSession): SignedInDto {
    this.cookie.set(reply, token, session.expires_at);
    return { totp_required: session.stage === 'totp' };
  }
}
