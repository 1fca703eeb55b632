import type { LinkKind } from '@mcm/persistence';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { ActorNameField, EmailField } from '../parameters/body.decorators.js';
import { NameParameter, TextParameter } from '../parameters/parameter.decorators.js';
import { PASSWORD_MAX } from './passwords.js';

const LINK_KINDS = ['setup', 'invite', 'reset'] as const;
/** More than a token has; only its hash is looked for. */
const TOKEN_MAX = 100;

/** Address and password. */
@ApiSchema({ name: 'SignInRequest' })
export class SignInRequestDto {
  @NameParameter({ description: 'The address of the person.', maxLength: 254 })
  email!: string;

  @NameParameter({ description: 'The password.', maxLength: PASSWORD_MAX })
  password!: string;
}

/** A code of the authenticator, or a recovery code. */
@ApiSchema({ name: 'TotpRequest' })
export class TotpRequestDto {
  @TextParameter({ description: 'Six digits of the authenticator.', example: '123456', maxLength: 20 })
  code?: string;

  @TextParameter({ description: 'A recovery code in place of `code`; each works once.', maxLength: 40 })
  recovery_code?: string;
}

/** How far the sign-in has come. */
@ApiSchema({ name: 'SignedIn' })
export class SignedInDto {
  @ApiProperty({
    description: 'True: the code of the authenticator is still missing; send it to `/auth/totp`.',
  })
  totp_required!: boolean;
}

/** The session has ended. */
@ApiSchema({ name: 'SignedOut' })
export class SignedOutDto {
  @ApiProperty({
    type: 'string',
    format: 'uri',
    nullable: true,
    description: 'Where the browser ends its session with the OpenID provider, too; null without one.',
  })
  continue_at!: string | null;
}

/** The token of a one-time link. */
@ApiSchema({ name: 'LinkRequest' })
export class LinkRequestDto {
  @NameParameter({ description: 'What follows `#` in the link.', maxLength: TOKEN_MAX })
  token!: string;
}

/** What a link is for. */
@ApiSchema({ name: 'OneTimeLink' })
export class LinkDto {
  @ApiProperty({
    enum: LINK_KINDS,
    description:
      '`setup` creates the first admin, `invite` accepts an invitation, `reset` sets a new password.',
  })
  kind!: LinkKind;

  @ApiProperty({ type: 'string', nullable: true, description: 'The person; null for `setup`.' })
  name!: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  email!: string | null;

  @ApiProperty({ format: 'date-time' })
  expires_at!: string;
}

/** Uses a link up. */
@ApiSchema({ name: 'LinkUse' })
export class LinkUseDto extends LinkRequestDto {
  @NameParameter({
    description: 'The new password: 12 characters or more, none of the common ones.',
    maxLength: PASSWORD_MAX,
  })
  password!: string;

  @ActorNameField({ description: 'Needed for `setup`; for `invite` it replaces the name.', optional: true })
  name?: string;

  @IsOptional()
  @EmailField({ description: 'Needed for `setup`, ignored otherwise.' })
  @ApiProperty({ required: false })
  email?: string;
}

/** Changes the own password. */
@ApiSchema({ name: 'PasswordChange' })
export class PasswordChangeDto {
  @NameParameter({ description: 'The present password.', maxLength: PASSWORD_MAX })
  current_password!: string;

  @NameParameter({
    description: 'The new password: 12 characters or more, none of the common ones.',
    maxLength: PASSWORD_MAX,
  })
  password!: string;
}

/** The own password, where an open session alone is not proof enough. */
@ApiSchema({ name: 'PasswordProof' })
export class PasswordProofDto {
  @NameParameter({ description: 'The present password.', maxLength: PASSWORD_MAX })
  password!: string;
}

/** A code of the authenticator that is being enrolled. */
@ApiSchema({ name: 'TotpConfirmation' })
export class TotpConfirmationDto {
  @NameParameter({ description: 'Six digits of the authenticator.', example: '123456', maxLength: 20 })
  code!: string;
}

/** What an authenticator needs to know. */
@ApiSchema({ name: 'TotpEnrolment' })
export class TotpEnrolmentDto {
  @ApiProperty({ description: 'To type in, in base32.' })
  secret!: string;

  @ApiProperty({ description: 'For a QR code.', example: 'otpauth://totp/…' })
  uri!: string;
}

/** Codes for the day on which the authenticator is lost. */
@ApiSchema({ name: 'RecoveryCodes' })
export class RecoveryCodesDto {
  @ApiProperty({ type: [String], description: 'Each works once; they cannot be shown again.' })
  recovery_codes!: string[];
}
