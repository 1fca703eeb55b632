import type { RuleLevel } from '@mcm/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** A change of a switch: the state after it, who, when and why. */
@Entity('rule_switch_changes')
export class RuleSwitchChangeEntity {
  @PrimaryColumn('bigint', { transformer: safeIntegerColumn })
  revision!: number;

  @Column('text')
  rule_id!: string;

  @Column('boolean')
  enabled!: boolean;

  @Column('text', { nullable: true })
  level!: RuleLevel | null;

  @Column('text', { nullable: true })
  changed_by!: string | null;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  at!: Date;
}
