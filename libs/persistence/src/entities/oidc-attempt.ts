import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A browser that was sent to the OpenID provider and is not back yet. */
@Entity('oidc_attempts')
export class OidcAttempt {
  /** SHA-256 of the token in the cookie. */
  @PrimaryColumn('bytea')
  token_hash!: Buffer;

  @Column('text')
  state!: string;

  @Column('text')
  nonce!: string;

  /** Of PKCE (RFC 7636). */
  @Column('text')
  code_verifier!: string;

  /** Path of the dashboard that the browser goes on to. */
  @Column('text')
  return_to!: string;

  @Column('text')
  address!: string;

  /** The session that the browser had. */
  @Column('uuid', { nullable: true })
  replaces!: string | null;

  @Column('timestamptz')
  expires_at!: Date;
}
