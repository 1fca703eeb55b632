import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A code for the day on which the authenticator is lost; each works once. */
@Entity('recovery_codes')
export class RecoveryCode {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid')
  person_id!: string;

  /** SHA-256 of the code. */
  @Column('bytea')
  code_hash!: Buffer;

  @Column('timestamptz', { nullable: true })
  used_at!: Date | null;
}
