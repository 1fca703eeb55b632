import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Days whose events and findings are kept whatever the retention says. */
@Entity('legal_holds')
export class LegalHold {
  @PrimaryColumn('uuid')
  id!: string;

  /** Null: all sources. */
  @Column('text', { array: true, nullable: true })
  sources!: string[] | null;

  /** First day (UTC) of event time, `YYYY-MM-DD`; null: from the beginning. */
  @Column('date', { nullable: true })
  from_day!: string | null;

  /** Last day; null: without an end. */
  @Column('date', { nullable: true })
  to_day!: string | null;

  @Column('text')
  reason!: string;

  /** The name of the actor at that time. */
  @Column('text')
  created_by!: string;

  @Column('timestamptz')
  created_at!: Date;

  @Column('text', { nullable: true })
  release_reason!: string | null;

  @Column('text', { nullable: true })
  released_by!: string | null;

  /** Null while it holds. */
  @Column('timestamptz', { nullable: true })
  released_at!: Date | null;
}
