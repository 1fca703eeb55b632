import type {
  JsonObject,
  LogSource,
  RuleCorrelation,
  RuleKind,
  RuleLevel,
  RuleProblem,
} from '@mcm/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A rule of the set in force. */
@Entity('rules')
export class RuleEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  name!: string;

  @Column('text')
  title!: string;

  @Column('text')
  kind!: RuleKind;

  /** As its document says. */
  @Column('text')
  level!: RuleLevel;

  @Column('text', { nullable: true })
  status!: string | null;

  @Column('text', { nullable: true })
  description!: string | null;

  /** Folder below the folder of the rules. */
  @Column('text')
  pack!: string;

  @Column('text')
  path!: string;

  /** Where the document begins, from 1. */
  @Column('integer')
  line!: number;

  @Column('text')
  content_hash!: string;

  /** Number of its text among all texts that the rule has had. */
  @Column('integer')
  version!: number;

  /** Raises no findings of its own: other rules are made of it. */
  @Column('boolean')
  silent!: boolean;

  @Column('text', { array: true })
  tags!: string[];

  /** Number of tests in the document. */
  @Column('integer')
  tests!: number;

  /** Null for a correlation. */
  @Column('jsonb', { nullable: true })
  logsource!: LogSource | null;

  /** Null for other kinds. */
  @Column('jsonb', { nullable: true })
  correlation!: RuleCorrelation | null;

  /** Ids of the rules that it is over or applies to. */
  @Column('text', { array: true })
  rule_references!: string[];

  @Column('jsonb')
  controls!: Record<string, string[]>;

  @Column('text', { nullable: true })
  runbook!: string | null;

  /** Author, date, references, falsepositives … */
  @Column('jsonb')
  metadata!: JsonObject;

  @Column('jsonb')
  problems!: RuleProblem[];

  /** The document as it stands in its file. */
  @Column('text')
  source!: string;
}
