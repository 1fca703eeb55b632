import { isFromProvider } from '@mcm/persistence';
import { CurrentPrincipal, type Principal, Public, SignedIn } from '@mcm/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { GatewayConfig } from '../gateway.config.js';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { sessionDto } from '../sessions/session.dto.js';
import { OwnAccountService } from '../sign-in/own-account.service.js';
import { SetUp } from '../sign-in/set-up.js';
import { AuthDto, MeDto } from './auth.dto.js';

/** Who the caller is, and how to sign in. */
@ApiTags('access')
@Controller()
export class AuthController {
  constructor(
    private readonly config: GatewayConfig,
    private readonly setUp: SetUp,
    private readonly accounts: OwnAccountService,
  ) {}

  // The page for signing in asks before the caller has.
  @Public()
  @Get('auth')
  @ApiOperation({ operationId: 'getAuth', summary: 'How callers sign in here' })
  @ApiOkResponse({ type: AuthDto })
  @ApiProblems()
  async auth(@Query() _query: NoParameters): Promise<AuthDto> {
    const { authMode: mode, oidcName: name } = this.config;
    return {
      mode,
      setup_required: await this.setUp.isRequired(),
      local: this.config.signsInLocally(),
      oidc: mode === 'oidc' ? { name } : null,
    };
  }

  @SignedIn()
  @Get('me')
  @ApiOperation({ operationId: 'getMe', summary: 'Who the caller is, and what the caller may do' })
  @ApiOkResponse({ type: MeDto })
  @ApiProblems()
  async me(@Query() _query: NoParameters, @CurrentPrincipal() principal: Principal): Promise<MeDto> {
    const { actor, permissions, credential } = principal;
    const common = { mode: this.config.authMode, actor, permissions: [...permissions] };
    if (credential?.type !== 'session') return { ...common, account: null, session: null };
    const { person, session } = await this.accounts.own(principal);
    return {
      ...common,
      account: {
        email: person.email,
        from_provider: isFromProvider(person),
        role: person.role,
        totp_enabled: person.totp_enrolled_at !== null,
        recovery_codes_left: await this.accounts.recoveryCodesLeft(person),
      },
      session: sessionDto(session, credential.id),
    };
  }
}
