import {
  type Actor,
  AUTH_MODES,
  type AuthMode,
  PERMISSIONS,
  type Permission,
  ROLES,
  type Role,
} from '@mcm/contracts';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { contractSchema } from '../openapi/contract-schemas.js';

/** How people sign in here. */
@ApiSchema({ name: 'Auth' })
export class AuthDto {
  @ApiProperty({
    enum: AUTH_MODES,
    enumName: 'AuthMode',
    description: '`open`: no sign-in, each caller is the local operator. `local`: people have passwords.',
  })
  mode!: AuthMode;

  @ApiProperty({ description: 'No person exists yet: the set-up link in the log creates the first.' })
  setup_required!: boolean;
}

/** Who the caller is, and what the caller may do. */
@ApiSchema({ name: 'Me' })
export class MeDto {
  @ApiProperty({ allOf: [contractSchema('Actor')] })
  actor!: Actor;

  @ApiProperty({
    enum: ROLES,
    enumName: 'Role',
    nullable: true,
    description: 'Null for keys and the operator.',
  })
  role!: Role | null;

  @ApiProperty({ enum: PERMISSIONS, enumName: 'Permission', isArray: true })
  permissions!: Permission[];

  @ApiProperty({ enum: AUTH_MODES, enumName: 'AuthMode' })
  mode!: AuthMode;
}
