import type { EnrichmentItemState, EnrichmentRunState, EnrichmentScope } from '@mcm/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** A bulk enrichment. */
@Entity('enrichment_runs')
export class EnrichmentRunEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  state!: EnrichmentRunState;

  @Column('jsonb')
  scope!: EnrichmentScope;

  /** Null until all of its findings are listed. */
  @Column('integer', { nullable: true })
  total!: number | null;

  @Column('text', { nullable: true })
  error!: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  started_at!: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  finished_at!: Date | null;
}

/** What became of one finding of a bulk enrichment. */
@Entity('enrichment_run_items')
export class EnrichmentRunItemEntity {
  @PrimaryColumn('text')
  run_id!: string;

  @PrimaryColumn('bigint', { transformer: safeIntegerColumn })
  finding_id!: number;

  @Column('text')
  state!: EnrichmentItemState;

  @Column('text', { nullable: true })
  code!: string | null;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  updated_at!: Date | null;
}
