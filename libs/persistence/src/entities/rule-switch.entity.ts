import type { RuleLevel } from '@mcm/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** What people changed about a rule. */
@Entity('rule_switches')
export class RuleSwitchEntity {
  @PrimaryColumn('text')
  rule_id!: string;

  @Column('boolean')
  enabled!: boolean;

  /** Takes the place of the level in the rule; null leaves that. */
  @Column('text', { nullable: true })
  level!: RuleLevel | null;

  /** Number of the change that made it so. */
  @Column('bigint', { transformer: safeIntegerColumn })
  revision!: number;
}
