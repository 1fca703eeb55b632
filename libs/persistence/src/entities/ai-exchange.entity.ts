import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** One question to a model and what came back. */
@Entity('ai_exchanges')
export class AiExchangeEntity {
  @PrimaryColumn('bigint', { generated: 'identity', transformer: safeIntegerColumn })
  id!: number;

  /** Hash of everything that decides the answer. */
  @Column('text')
  input_hash!: string;

  @Column('text')
  prompt_version!: string;

  /** Where it was sent, without credentials. */
  @Column('text')
  endpoint!: string;

  @Column('text')
  model!: string;

  /** The model that the answer names. */
  @Column('text', { nullable: true })
  answered_by!: string | null;

  /** The exchange whose invalid answer this one should repair. */
  @Column('bigint', { nullable: true, transformer: safeIntegerColumn })
  repair_of!: number | null;

  /** The messages after the system prompt, in order. */
  @Column('jsonb')
  sent!: { role: string; content: string }[];

  @Column('text', { nullable: true })
  received!: string | null;

  @Column('text')
  outcome!: 'valid' | 'invalid' | 'cut_off' | 'refused' | 'failed';

  /** What was cut out of the answer, or why it is of no use. */
  @Column('jsonb')
  problems!: string[];

  @Column('integer', { nullable: true })
  input_tokens!: number | null;

  @Column('integer', { nullable: true })
  output_tokens!: number | null;

  /** In US dollars, a decimal number in text. */
  @Column('numeric', { nullable: true })
  cost_usd!: string | null;

  @Column('integer')
  duration_ms!: number;

  @Column({ type: 'timestamptz', precision: 3 })
  asked_at!: Date;
}
