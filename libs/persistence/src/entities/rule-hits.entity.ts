import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** How many findings there are of a rule. */
@Entity('rule_hits')
export class RuleHitsEntity {
  @PrimaryColumn('text')
  rule_id!: string;

  @Column('bigint', { transformer: safeIntegerColumn })
  hits!: number;

  /** When it last raised or extended a finding: wall clock. */
  @Column({ type: 'timestamptz', precision: 3 })
  last_hit!: Date;
}
