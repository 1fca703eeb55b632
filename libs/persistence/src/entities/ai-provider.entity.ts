import type { JsonObject } from '@mcm/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A connection to a model and how it is. */
@Entity('ai_providers')
export class AiProviderEntity {
  /** Hash of address, model and key. */
  @PrimaryColumn('text')
  fingerprint!: string;

  @Column('text')
  endpoint!: string;

  @Column('text')
  model!: string;

  @Column('text')
  prompt_version!: string;

  @Column('jsonb')
  settings!: JsonObject;

  /** In a row. */
  @Column('integer')
  failures!: number;

  /** Until then nobody asks, because it failed again and again. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  open_until!: Date | null;

  /** Until then nobody asks, because the server said so. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  blocked_until!: Date | null;

  @Column('text', { nullable: true })
  refused_code!: string | null;

  @Column('text', { nullable: true })
  refused_reason!: string | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  refused_until!: Date | null;

  @Column('text', { nullable: true })
  last_failure!: string | null;

  /** When a process last started with it. */
  @Column({ type: 'timestamptz', precision: 3 })
  seen_at!: Date;
}
