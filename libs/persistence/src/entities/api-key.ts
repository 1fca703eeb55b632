import type { Permission } from '@mcm/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** With which a program sends requests. */
@Entity('api_keys')
export class ApiKey {
  /** The public part, by which the key is named and revoked. */
  @PrimaryColumn('text')
  id!: string;

  /** SHA-256 of the secret part. */
  @Column('bytea')
  secret_hash!: Buffer;

  @Column('text')
  name!: string;

  @Column('text', { array: true })
  scopes!: Permission[];

  /** Sources that it may send events for; null means all. */
  @Column('text', { array: true, nullable: true })
  allowed_sources!: string[] | null;

  /** The name of the actor at that time. */
  @Column('text')
  created_by!: string;

  @Column('timestamptz')
  created_at!: Date;

  @Column('timestamptz')
  expires_at!: Date;

  /** Written at most once a minute. */
  @Column('timestamptz', { nullable: true })
  last_used_at!: Date | null;

  @Column('timestamptz', { nullable: true })
  revoked_at!: Date | null;
}
