import type { Json } from '@mcm/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** A valid answer by what was asked, or the note that somebody is asking. */
@Entity('ai_answers')
export class AiAnswerEntity {
  @PrimaryColumn('text')
  input_hash!: string;

  @Column('uuid', { nullable: true })
  claimed_by!: string | null;

  /** Until then others wait. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  claimed_until!: Date | null;

  @Column('bigint', { nullable: true, transformer: safeIntegerColumn })
  exchange_id!: number | null;

  @Column('jsonb', { nullable: true })
  answer!: Json;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  answered_at!: Date | null;

  /** How often it answered without anybody being asked. */
  @Column('integer')
  uses!: number;
}
