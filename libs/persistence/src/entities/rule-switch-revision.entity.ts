import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** The number of the last change of a switch; one row. */
@Entity('rule_switch_revision')
export class RuleSwitchRevisionEntity {
  @PrimaryColumn('smallint')
  id!: number;

  @Column('bigint', { transformer: safeIntegerColumn })
  revision!: number;
}
