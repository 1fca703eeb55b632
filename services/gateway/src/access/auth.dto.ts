import {
  type Actor,
  AUTH_MODES,
  type AuthMode,
  PERMISSIONS,
  type Permission,
  type Role,
  ROLES,
} from '@mcm/contracts';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { contractSchema } from '../openapi/contract-schemas.js';
import { SessionDto } from '../sessions/session.dto.js';

const MODE = {
  enum: AUTH_MODES,
  enumName: 'AuthMode',
  description:
    '`open`: no sign-in, each caller is the local operator. `local`: people have passwords. ' +
    '`oidc`: people sign in with an OpenID provider.',
} as const;

/** The OpenID provider with which people sign in. */
@ApiSchema({ name: 'AuthProvider' })
export class AuthProviderDto {
  @ApiProperty({ description: 'What the button for it names.', example: 'Acme' })
  name!: string;
}

/** How people sign in here. */
@ApiSchema({ name: 'Auth' })
export class AuthDto {
  @ApiProperty(MODE)
  mode!: AuthMode;

  @ApiProperty({
    description: 'No admin exists yet: the link that is printed at the start creates the first.',
  })
  setup_required!: boolean;

  @ApiProperty({ description: 'People can sign in with address and password.' })
  local!: boolean;

  @ApiProperty({
    type: AuthProviderDto,
    nullable: true,
    description: 'Present where people sign in with an OpenID provider: a browser opens `/auth/oidc/start`.',
  })
  oidc!: AuthProviderDto | null;
}

/** The account of a person who has signed in. */
@ApiSchema({ name: 'OwnAccount' })
export class OwnAccountDto {
  @ApiProperty({ description: 'E-mail address; empty where the OpenID provider names none.' })
  email!: string;

  @ApiProperty({ description: 'Signs in with the OpenID provider: no password and no authenticator here.' })
  from_provider!: boolean;

  @ApiProperty({ enum: ROLES, enumName: 'Role' })
  role!: Role;

  @ApiProperty({ description: 'Signs in with the code of an authenticator, too.' })
  totp_enabled!: boolean;

  @ApiProperty({ type: 'integer', minimum: 0 })
  recovery_codes_left!: number;
}

/** Who the caller is, and what the caller may do. */
@ApiSchema({ name: 'Me' })
export class MeDto {
  @ApiProperty(MODE)
  mode!: AuthMode;

  @ApiProperty({ allOf: [contractSchema('Actor')] })
  actor!: Actor;

  @ApiProperty({ enum: PERMISSIONS, enumName: 'Permission', isArray: true })
  permissions!: Permission[];

  @ApiProperty({ type: OwnAccountDto, nullable: true, description: 'Null for keys and the operator.' })
  account!: OwnAccountDto | null;

  @ApiProperty({ type: SessionDto, nullable: true, description: 'Null for keys and the operator.' })
  session!: SessionDto | null;
}
