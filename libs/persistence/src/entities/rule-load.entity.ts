import type { RuleProblem } from '@mcm/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** What came of reading the rules from disk. */
@Entity('rule_loads')
export class RuleLoadEntity {
  @PrimaryColumn('bigint', { generated: 'identity', transformer: safeIntegerColumn })
  id!: number;

  @Column('text')
  outcome!: 'replaced' | 'unchanged' | 'refused';

  /** Of the set that was in force afterwards. */
  @Column('bigint', { transformer: safeIntegerColumn })
  revision!: number;

  /** Null at the start of a service. */
  @Column('text', { nullable: true })
  requested_by!: string | null;

  @Column('text', { nullable: true })
  reason!: string | null;

  /** Rules that were read without an error. */
  @Column('integer')
  rules!: number;

  @Column('jsonb')
  problems!: RuleProblem[];

  @Column({ type: 'timestamptz', precision: 3 })
  at!: Date;
}
