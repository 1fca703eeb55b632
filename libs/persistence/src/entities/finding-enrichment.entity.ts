import type { Confidence, EnrichmentDetails, InjectionSign } from '@mcm/contracts';
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

  /** What the rule demands; null when an older version wrote it. */
  @Column('smallint', { nullable: true })
  rule_score!: number | null;

  /** What the model said; null for the heuristic. */
  @Column('smallint', { nullable: true })
  model_score!: number | null;

  @Column('text', { nullable: true })
  confidence!: Confidence | null;

  @Column('jsonb', { nullable: true })
  details!: EnrichmentDetails | null;

  @Column('text', { nullable: true })
  prompt_version!: string | null;

  @Column('bigint', { nullable: true, transformer: safeIntegerColumn })
  exchange_id!: number | null;

  /** The answer was there already. */
  @Column('boolean', { default: false })
  cached!: boolean;

  @Column('integer', { nullable: true })
  input_tokens!: number | null;

  @Column('integer', { nullable: true })
  output_tokens!: number | null;

  /** In US dollars, a decimal number in text. */
  @Column('numeric', { nullable: true })
  cost_usd!: string | null;

  @Column('jsonb', { nullable: true })
  injections!: InjectionSign[] | null;

  /** Why the heuristic stepped in for a model. */
  @Column('text', { nullable: true })
  fallback_code!: string | null;

  @Column('text', { nullable: true })
  fallback_reason!: string | null;

  @Column('jsonb', { nullable: true })
  placeholders!: Record<string, string> | null;

  /** Revision of the finding that was looked at. */
  @Column('integer', { nullable: true })
  finding_revision!: number | null;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updated_at!: Date;
}
