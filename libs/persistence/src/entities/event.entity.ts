import type { JsonObject } from '@mcm/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** A stored event. */
@Entity('events')
export class EventEntity {
  @PrimaryColumn('bigint', { generated: 'identity', transformer: safeIntegerColumn })
  id!: number;

  /** Identity, derived from source and event_id; for a conflict from its content too. */
  @Column('uuid')
  uid!: string;

  @Column('text')
  source!: string;

  @Column('text')
  event_id!: string;

  @Column('text')
  event_type!: string;

  @Column('text')
  user!: string;

  /** Canonical name of `user`; null where `user` is its own. */
  @Column('text', { nullable: true })
  canonical_user!: string | null;

  /** When it happened. */
  @Column({ type: 'timestamptz', precision: 3 })
  timestamp!: Date;

  /** When this system accepted it. */
  @Column({ type: 'timestamptz', precision: 3 })
  received_at!: Date;

  @Column('text')
  correlation_id!: string;

  @Column('jsonb')
  raw_data!: JsonObject;

  /** Null for events of versions that knew no hash. */
  @Column('text', { nullable: true })
  content_hash!: string | null;

  /** Only for a conflict: `uid` of the first event with its source and event_id. */
  @Column('uuid', { nullable: true })
  conflicts_with!: string | null;
}
