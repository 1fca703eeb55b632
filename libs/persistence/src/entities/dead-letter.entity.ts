import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** A message or an item that nobody could take. */
@Entity('dead_letters')
export class DeadLetterEntity {
  @PrimaryColumn('bigint', { generated: 'identity', transformer: safeIntegerColumn })
  id!: number;

  @Column('text')
  origin!: 'bus' | 'ingest';

  @Column('text')
  subject!: string;

  @Column('text')
  consumer!: string;

  @Column('text')
  code!: string;

  @Column('text')
  reason!: string;

  @Column('text')
  message!: string;

  /** True when `message` was cut. */
  @Column('boolean')
  truncated!: boolean;

  @Column('integer')
  tries!: number;

  @Column({ type: 'timestamptz', precision: 3 })
  failed_at!: Date;

  /** The sender of the item had proved itself when it came. */
  @Column('boolean')
  verified!: boolean;

  /** Headers that belong to the item and are not in its message. */
  @Column('jsonb')
  headers!: Readonly<Record<string, string>>;

  /** When it was last handed over again; null when never. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  redriven_at!: Date | null;
}
