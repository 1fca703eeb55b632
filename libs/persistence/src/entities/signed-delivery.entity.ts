import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A body with a right signature, and what the headers of its first delivery said. */
@Entity('signed_deliveries')
export class SignedDeliveryEntity {
  @PrimaryColumn('text')
  source!: string;

  /** SHA-256. */
  @PrimaryColumn('bytea')
  body_hash!: Buffer;

  @Column('text')
  delivery!: string;

  @Column('text')
  event!: string;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'statement_timestamp()' })
  received_at!: Date;
}
