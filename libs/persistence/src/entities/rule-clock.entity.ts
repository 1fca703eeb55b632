import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far rules about what does not happen have come; one row. */
@Entity('rule_clock')
export class RuleClockEntity {
  @PrimaryColumn('smallint')
  id!: number;

  /** Arrival time up to which everything missing has become a finding. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  evaluated_to!: Date | null;
}
