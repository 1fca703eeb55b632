import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who a person is for an OpenID provider. The e-mail address, which can change hands, says nothing about it. */
@Entity('identities')
export class Identity {
  /** `iss` of the provider. */
  @PrimaryColumn('text')
  issuer!: string;

  /** `sub` of the person, which the provider gives to no other person. */
  @PrimaryColumn('text')
  subject!: string;

  @Column('uuid')
  person_id!: string;

  @Column('timestamptz')
  created_at!: Date;
}
