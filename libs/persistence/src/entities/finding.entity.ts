import type { Json, Severity } from '@mcm/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** A finding: one for each event that a rule fired on, one for each episode of a correlation. */
@Entity('findings')
export class FindingEntity {
  @PrimaryColumn('bigint', { generated: 'identity', transformer: safeIntegerColumn })
  id!: number;

  /** Identity given by the rule engine. */
  @Column('uuid')
  finding_key!: string;

  @Column('text')
  kind!: 'event' | 'correlation';

  @Column('text')
  rule_id!: string;

  @Column('text')
  rule_name!: string;

  /** Content hash of the rule as it was when the finding was written. */
  @Column('text')
  rule_hash!: string;

  @Column('text')
  title!: string;

  @Column('text')
  description!: string;

  @Column('text')
  severity!: Severity;

  @Column('text')
  user!: string;

  /** Canonical name of `user`; null where `user` is its own. */
  @Column('text', { nullable: true })
  canonical_user!: string | null;

  /** Canonical JSON of the group of a correlation; null for single events. */
  @Column('text', { nullable: true })
  group_key!: string | null;

  /** Event time of the earliest event. */
  @Column({ type: 'timestamptz', precision: 3 })
  first_seen!: Date;

  /** Event time of the latest event. */
  @Column({ type: 'timestamptz', precision: 3 })
  last_seen!: Date;

  @Column('integer')
  event_count!: number;

  /** Evidence: the earliest 50 and the latest 50 events. */
  @Column('uuid', { array: true })
  event_uids!: string[];

  @Column('jsonb')
  reasons!: Json;

  /** Controls served, by framework: `{"tsc":["CC6.1"]}`. */
  @Column('jsonb')
  controls!: Record<string, string[]>;

  /** Number of times the finding was written; 1 when it is new. */
  @Column('integer')
  revision!: number;

  /** When the first of its events was accepted. */
  @Column({ type: 'timestamptz', precision: 3 })
  first_received_at!: Date;

  /** When it was raised: wall clock, not event time. */
  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updated_at!: Date;
}
