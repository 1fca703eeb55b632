import { type Role, ROLES } from '@mcm/contracts';
import { isFromProvider, type Person } from '@mcm/persistence';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { ActorNameField, EmailField, UuidParameter, WordField } from '../parameters/body.decorators.js';
import { BooleanParameter, WordParameter } from '../parameters/parameter.decorators.js';
import type { NewLink } from '../sign-in/one-time-links.js';

const STATES = ['invited', 'active', 'disabled'] as const;

/** Names one person. */
export class PersonPath {
  @UuidParameter('`id` of the person.')
  id!: string;
}

/** A person who may sign in. */
@ApiSchema({ name: 'Person' })
export class PersonDto {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ description: 'E-mail address; empty where the OpenID provider names none.' })
  email!: string;

  @ApiProperty({ description: 'Signs in with the OpenID provider, which also gives name, address and role.' })
  from_provider!: boolean;

  @ApiProperty({ enum: ROLES, enumName: 'Role' })
  role!: Role;

  @ApiProperty({ enum: STATES, description: '`invited`: no password is set yet.' })
  state!: (typeof STATES)[number];

  @ApiProperty({ description: 'Signs in with the code of an authenticator, too.' })
  totp_enabled!: boolean;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  last_sign_in_at!: string | null;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;
}

/** All people. */
@ApiSchema({ name: 'PersonList' })
export class PersonListDto {
  @ApiProperty({ type: [PersonDto] })
  items!: PersonDto[];
}

/** A person to invite. */
@ApiSchema({ name: 'Invitation' })
export class InvitationDto {
  @ActorNameField({ description: 'Shown in the dashboard and in the audit trail.' })
  name!: string;

  @EmailField({ description: 'With which the person signs in. No mail is sent.' })
  email!: string;

  @WordField(ROLES, { enumName: 'Role', description: 'What the person may do.' })
  role!: Role;
}

/** What to change about a person; what is absent stays as it is. */
@ApiSchema({ name: 'PersonChange' })
export class PersonChangeDto {
  @ActorNameField({ description: 'The name.', optional: true })
  name?: string;

  @WordParameter(ROLES, { enumName: 'Role', description: 'Another role ends the sessions of the person.' })
  role?: Role;

  @BooleanParameter({ description: 'True: the person cannot sign in, and all sessions end.' })
  disabled?: boolean;
}

/** How to reset. */
@ApiSchema({ name: 'ResetRequest' })
export class ResetRequestDto {
  @BooleanParameter({ description: 'Also forget the authenticator, for a person who has lost it.' })
  remove_totp?: boolean;
}

/** A link for one person. */
@ApiSchema({ name: 'NewLink' })
export class NewLinkDto {
  @ApiProperty({
    format: 'uri',
    description: 'Hand it to the person. It works once and cannot be shown again.',
  })
  url!: string;

  @ApiProperty({ format: 'date-time' })
  expires_at!: string;
}

/** A person, with the link to hand over. */
@ApiSchema({ name: 'PersonWithLink' })
export class PersonWithLinkDto {
  @ApiProperty({ type: PersonDto })
  person!: PersonDto;

  @ApiProperty({ type: NewLinkDto })
  link!: NewLinkDto;
}

/** A person as admins see it: nothing with which to sign in. */
export function personDto(person: Person): PersonDto {
  const { id, name, email, role, disabled_at, password_hash, totp_enrolled_at, last_sign_in_at, created_at } =
    person;
  return {
    id,
    name,
    email,
    from_provider: isFromProvider(person),
    role,
    state:
      disabled_at !== null
        ? 'disabled'
        : password_hash === null && !isFromProvider(person)
          ? 'invited'
          : 'active',
    totp_enabled: totp_enrolled_at !== null,
    last_sign_in_at: last_sign_in_at?.toISOString() ?? null,
    created_at: created_at.toISOString(),
  };
}

/** A person with a link. */
export function personWithLink({ person, link }: { person: Person; link: NewLink }): PersonWithLinkDto {
  return { person: personDto(person), link: { url: link.url, expires_at: link.expires_at.toISOString() } };
}
