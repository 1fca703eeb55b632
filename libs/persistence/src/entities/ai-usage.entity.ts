import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** What models were asked on a day and what it cost. */
@Entity('ai_usage')
export class AiUsageEntity {
  /** UTC day, `YYYY-MM-DD`. */
  @PrimaryColumn('date')
  day!: string;

  @Column('bigint', { transformer: safeIntegerColumn })
  requests!: number;

  @Column('bigint', { transformer: safeIntegerColumn })
  input_tokens!: number;

  @Column('bigint', { transformer: safeIntegerColumn })
  output_tokens!: number;

  /** Set aside for requests that are under way. */
  @Column('bigint', { transformer: safeIntegerColumn })
  reserved_tokens!: number;

  /** In US dollars, a decimal number in text. */
  @Column('numeric')
  cost_usd!: string;
}

/** How many requests were made within a minute. */
@Entity('ai_usage_minutes')
export class AiUsageMinuteEntity {
  @PrimaryColumn({ type: 'timestamptz', precision: 0 })
  minute!: Date;

  @Column('integer')
  requests!: number;
}
