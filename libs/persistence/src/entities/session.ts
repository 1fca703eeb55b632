import { Column, Entity, PrimaryColumn } from 'typeorm';

/** `totp`: the password was right, the code is still missing. Such a session signs nothing in. */
export type SessionStage = 'totp' | 'signed-in';

/** A browser in which a person has signed in. */
@Entity('sessions')
export class Session {
  @PrimaryColumn('uuid')
  id!: string;

  /** SHA-256 of the token in the cookie. */
  @Column('bytea')
  token_hash!: Buffer;

  @Column('uuid')
  person_id!: string;

  @Column('text')
  stage!: SessionStage;

  @Column('text')
  address!: string;

  @Column('text')
  user_agent!: string;

  @Column('timestamptz')
  created_at!: Date;

  /** Written at most once a minute. */
  @Column('timestamptz')
  last_seen_at!: Date;

  /** The absolute end, however busy the session is. */
  @Column('timestamptz')
  expires_at!: Date;

  /** The OpenID provider that the person came from; null for a password. */
  @Column('text', { nullable: true })
  issuer!: string | null;

  /** Tells the provider which of its sessions to end at sign-out. */
  @Column('text', { nullable: true })
  id_token!: string | null;
}
