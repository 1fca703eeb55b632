import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A request to a model that is under way, or somebody who waits for a turn. */
@Entity('ai_slots')
export class AiSlotEntity {
  @PrimaryColumn('uuid')
  id!: string;

  /** A person waits. */
  @Column('boolean')
  urgent!: boolean;

  @Column('boolean')
  held!: boolean;

  /** Tokens set aside. */
  @Column('integer')
  tokens!: number;

  /** The day whose budget they belong to. */
  @Column('date')
  day!: string;

  @Column({ type: 'timestamptz', precision: 3 })
  expires_at!: Date;
}
