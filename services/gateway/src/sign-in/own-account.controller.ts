import { type Caller, CurrentCaller, CurrentPrincipal, type Principal, SignedIn } from '@mcm/platform';
import { Body, Controller, HttpCode, HttpStatus, Post, Query, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { SessionCookie } from '../sessions/session-cookie.js';
import { OwnAccountService } from './own-account.service.js';
import {
  PasswordChangeDto,
  PasswordProofDto,
  RecoveryCodesDto,
  TotpConfirmationDto,
  TotpEnrolmentDto,
} from './sign-in.dto.js';

/** The own account of a person. Each change gives the session a new cookie. */
@ApiTags('access')
@SignedIn()
@Controller('me')
export class OwnAccountController {
  constructor(
    private readonly account: OwnAccountService,
    private readonly cookie: SessionCookie,
  ) {}

  @Post('password')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ operationId: 'changePassword', summary: 'Change the own password; all other sessions end' })
  @ApiNoContentResponse()
  @ApiProblems([409, 'AUTH.FROM_PROVIDER'], [429, 'AUTH.TOO_MANY_TRIES'], 503)
  async password(
    @Query() _query: NoParameters,
    @Body() body: PasswordChangeDto,
    @CurrentPrincipal() principal: Principal,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { token, session } = await this.account.changePassword(
      principal,
      caller,
      body.current_password,
      body.password,
    );
    this.cookie.set(reply, token, session.expires_at);
  }

  @Post('totp')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ operationId: 'startTotp', summary: 'Start the enrolment of an authenticator' })
  @ApiOkResponse({ type: TotpEnrolmentDto })
  @ApiProblems([409, 'AUTH.TOTP_ENROLLED', 'AUTH.FROM_PROVIDER'], [429, 'AUTH.TOO_MANY_TRIES'], 503)
  start(
    @Query() _query: NoParameters,
    @Body() { password }: PasswordProofDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<TotpEnrolmentDto> {
    return this.account.startTotp(principal, password);
  }

  @Post('totp/confirm')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    operationId: 'confirmTotp',
    summary: 'Confirm the authenticator with a code; all other sessions end',
  })
  @ApiOkResponse({ type: RecoveryCodesDto })
  @ApiProblems([409, 'AUTH.TOTP_ENROLLED', 'AUTH.FROM_PROVIDER'], [429, 'AUTH.TOO_MANY_TRIES'])
  async confirm(
    @Query() _query: NoParameters,
    @Body() { code }: TotpConfirmationDto,
    @CurrentPrincipal() principal: Principal,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RecoveryCodesDto> {
    const { token, session, recoveryCodes } = await this.account.confirmTotp(principal, caller, code);
    this.cookie.set(reply, token, session.expires_at);
    return { recovery_codes: recoveryCodes };
  }

  @Post('totp/remove')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ operationId: 'removeTotp', summary: 'Remove the authenticator; all other sessions end' })
  @ApiNoContentResponse()
  @ApiProblems([409, 'AUTH.FROM_PROVIDER'], [429, 'AUTH.TOO_MANY_TRIES'], 503)
  async remove(
    @Query() _query: NoParameters,
    @Body() { password }: PasswordProofDto,
    @CurrentPrincipal() principal: Principal,
    @CurrentCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { token, session } = await this.account.removeTotp(principal, caller, password);
    this.cookie.set(reply, token, session.expires_at);
  }
}
