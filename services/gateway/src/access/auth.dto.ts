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
  description: '`open`: no sign-in, each caller is the local operator. `local`: people have passwords.',
} as const;

/** How people sign in here. */
@ApiSchema({ name: 'Auth' })
export class AuthDto {
  @ApiProperty(MODE)
  mode!: AuthMode;

  @ApiProperty({
    description: 'No admin exists yet: the link that is printed at the start creates the first.',
  })
  setup_required!: boolean;
}

/** The account of a person who has signed in. */
@ApiSchema({ name: 'OwnAccount' })
export class OwnAccountDto {
  @ApiProperty({ format: 'email' })
  email!: string;

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
