import type { Severity } from '@mcm/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** How many findings of a severity were raised on a day. */
@Entity('finding_daily_counts')
export class FindingDailyCountEntity {
  /** UTC day of created_at, `YYYY-MM-DD`. */
  @PrimaryColumn('date')
  day!: string;

  @PrimaryColumn('text')
  severity!: Severity;

  @Column('bigint', { transformer: safeIntegerColumn })
  count!: number;
}
