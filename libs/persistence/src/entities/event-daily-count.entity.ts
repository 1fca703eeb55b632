import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** How many events happened on a day. */
@Entity('event_daily_counts')
export class EventDailyCountEntity {
  /** UTC day of the events' timestamp, `YYYY-MM-DD`. */
  @PrimaryColumn('date')
  day!: string;

  @Column('bigint', { transformer: safeIntegerColumn })
  count!: number;
}
