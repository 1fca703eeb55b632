import type { Role } from '@mcm/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Someone who may sign in. */
@Entity('people')
export class Person {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  name!: string;

  /** Empty where the provider that the person comes from names none. */
  @Column('text')
  email!: string;

  /** Canonical form of `email`, by which people with a password are told apart; null for people of a provider. */
  @Column('text', { nullable: true })
  email_key!: string | null;

  @Column('text')
  role!: Role;

  /** argon2id in PHC form; null until the invitation is accepted. */
  @Column('text', { nullable: true })
  password_hash!: string | null;

  /** Base32; set when the enrolment starts. */
  @Column('text', { nullable: true })
  totp_secret!: string | null;

  /** Null until the first code was right: only then is a code asked for. */
  @Column('timestamptz', { nullable: true })
  totp_enrolled_at!: Date | null;

  /** The last time step whose code was used; a bigint, as text. */
  @Column('bigint', { nullable: true })
  totp_last_step!: string | null;

  @Column('timestamptz', { nullable: true })
  disabled_at!: Date | null;

  @Column('timestamptz', { nullable: true })
  last_sign_in_at!: Date | null;

  @Column('timestamptz')
  created_at!: Date;
}

/** Whether a person signs in with an OpenID provider, and not with a password. */
export function isFromProvider({ email_key }: Pick<Person, 'email_key'>): boolean {
  return email_key === null;
}
