import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** How many events a rule was not tried on, because its expressions cost too much on their texts. */
@Entity('rule_skips')
export class RuleSkipsEntity {
  @PrimaryColumn('text')
  rule_id!: string;

  @Column('bigint', { transformer: safeIntegerColumn })
  events!: number;

  /** Wall clock. */
  @Column({ type: 'timestamptz', precision: 3 })
  last_skip!: Date;
}
