import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A text that a rule has or had. */
@Entity('rule_versions')
export class RuleVersionEntity {
  @PrimaryColumn('text')
  rule_id!: string;

  @PrimaryColumn('integer')
  version!: number;

  @Column('text')
  content_hash!: string;

  @Column('text')
  path!: string;

  @Column('text')
  source!: string;

  /** When it first came into force. */
  @Column({ type: 'timestamptz', precision: 3 })
  loaded_at!: Date;
}
