import type { JsonObject } from '@mcm/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The fixed part of what models are sent, by version. */
@Entity('ai_prompts')
export class AiPromptEntity {
  @PrimaryColumn('text')
  version!: string;

  @Column('text')
  system!: string;

  @Column('jsonb')
  answer_schema!: JsonObject;

  @Column({ type: 'timestamptz', precision: 3 })
  first_used_at!: Date;
}
