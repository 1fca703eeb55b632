import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** Score and explanation of a finding. */
@Entity('finding_enrichments')
export class FindingEnrichmentEntity {
  @PrimaryColumn('bigint', { transformer: safeIntegerColumn })
  finding_id!: number;

  /** 0 to 100. */
  @Column('smallint')
  risk_score!: number;

  @Column('text')
  explanation!: string;

  @Column('text')
  source!: 'heuristic' | 'model';

  /** Name of the model; null for the heuristic. */
  @Column('text', { nullable: true })
  model!: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updated_at!: Date;
}
