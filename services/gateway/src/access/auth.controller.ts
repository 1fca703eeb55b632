import { CurrentPrincipal, type Principal, Public, SignedIn } from '@mcm/platform';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { GatewayConfig } from '../gateway.config.js';
import { ApiProblems } from '../openapi/api-problems.decorator.js';
import { NoParameters } from '../parameters/no-parameters.dto.js';
import { AuthDto, MeDto } from './auth.dto.js';

/** Who the caller is, and how to sign in. */
@ApiTags('access')
@Controller()
export class AuthController {
  constructor(private readonly config: GatewayConfig) {}

  // The page for signing in asks before the caller has.
  @Public()
  @Get('auth')
  @ApiOperation({ operationId: 'getAuth', summary: 'How callers sign in here' })
  @ApiOkResponse({ type: AuthDto })
  @ApiProblems()
  auth(@Query() _query: NoParameters): AuthDto {
    return { mode: this.config.authMode, setup_required: false };
  }

  @SignedIn()
  @Get('me')
  @ApiOperation({ operationId: 'getMe', summary: 'Who the caller is, and what the caller may do' })
  @ApiOkResponse({ type: MeDto })
  @ApiProblems()
  me(@Query() _query: NoParameters, @CurrentPrincipal() { actor, permissions }: Principal): MeDto {
    return { actor, role: null, permissions: [...permissions], mode: this.config.authMode };
  }
}
