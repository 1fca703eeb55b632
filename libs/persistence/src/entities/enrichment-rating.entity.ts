import type { JsonObject } from '@mcm/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** What somebody thought of an enrichment. */
@Entity('enrichment_ratings')
export class EnrichmentRatingEntity {
  @PrimaryColumn('bigint', { generated: 'identity', transformer: safeIntegerColumn })
  id!: number;

  @Column('bigint', { transformer: safeIntegerColumn })
  finding_id!: number;

  /** The exchange with a model that it rested on. */
  @Column('bigint', { nullable: true, transformer: safeIntegerColumn })
  exchange_id!: number | null;

  @Column('text')
  verdict!: 'useful' | 'wrong';

  @Column('text', { nullable: true })
  comment!: string | null;

  /** The score it should have had, 0 to 100. */
  @Column('smallint', { nullable: true })
  expected_score!: number | null;

  /** The enrichment as it was when it was rated. */
  @Column('jsonb')
  enrichment!: JsonObject;

  @Column({ type: 'timestamptz', precision: 3 })
  created_at!: Date;
}
