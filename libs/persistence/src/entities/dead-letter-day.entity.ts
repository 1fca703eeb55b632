import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** What was kept of refused items of one subject on one day (UTC). */
@Entity('dead_letter_days')
export class DeadLetterDayEntity {
  @PrimaryColumn('date')
  day!: string;

  @PrimaryColumn('text')
  subject!: string;

  /** Bytes of the dead letters that were kept. */
  @Column('bigint', { transformer: safeIntegerColumn })
  bytes!: number;

  /** Items that were not kept because the quota of the day was used up. */
  @Column('bigint', { default: 0, transformer: safeIntegerColumn })
  dropped!: number;
}
