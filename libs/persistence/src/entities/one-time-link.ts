import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a link is for: to create the first admin, to accept an invitation, to set a new password. */
export type LinkKind = 'setup' | 'invite' | 'reset';

/** A link that works once. */
@Entity('one_time_links')
export class OneTimeLink {
  @PrimaryColumn('uuid')
  id!: string;

  /** SHA-256 of the token in the link. */
  @Column('bytea')
  token_hash!: Buffer;

  @Column('text')
  kind!: LinkKind;

  /** Null for `setup` alone. */
  @Column('uuid', { nullable: true })
  person_id!: string | null;

  @Column('timestamptz')
  created_at!: Date;

  @Column('timestamptz')
  expires_at!: Date;

  @Column('timestamptz', { nullable: true })
  used_at!: Date | null;
}
