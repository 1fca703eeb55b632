import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A file of the set in force as it was read. */
@Entity('rule_files')
export class RuleFileEntity {
  @PrimaryColumn('integer')
  position!: number;

  @Column('text')
  path!: string;

  @Column('text')
  text!: string;
}
