import type { RuleProblem } from '@mcm/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { safeIntegerColumn } from '../safe-integer.js';

/** The set of rules in force; one row. */
@Entity('rule_catalogue')
export class RuleCatalogueEntity {
  @PrimaryColumn('smallint')
  id!: number;

  /** Grows by one with every set that comes into force; 0 before the first. */
  @Column('bigint', { transformer: safeIntegerColumn })
  revision!: number;

  /** Hash of all files and placeholders. */
  @Column('text')
  fingerprint!: string;

  @Column('jsonb')
  placeholders!: Record<string, string[]>;

  /** Of all its files. */
  @Column('jsonb')
  problems!: RuleProblem[];

  @Column({ type: 'timestamptz', precision: 3 })
  loaded_at!: Date;
}
