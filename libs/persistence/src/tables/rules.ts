import type {
  JsonObject,
  LogSource,
  RuleCorrelation,
  RuleKind,
  RuleLevel,
  RuleProblem,
} from '@mcm/contracts';
import { column, nullable, type RowOf, without } from './columns.js';

/** The columns of `rules`: the rules of the set in force. */
export const RULE = {
  id: column<string>('text'),
  name: column<string>('text'),
  title: column<string>('text'),
  kind: column<RuleKind>('text'),
  /** As its document says. */
  level: column<RuleLevel>('text'),
  status: nullable<string>('text'),
  description: nullable<string>('text'),
  /** Folder below the folder of the rules. */
  pack: column<string>('text'),
  path: column<string>('text'),
  /** Where the document begins, from 1. */
  line: column<number>('integer'),
  content_hash: column<string>('text'),
  /** Number of its text among all texts that the rule has had. */
  version: column<number>('integer'),
  /** Raises no findings of its own: other rules are made of it. */
  silent: column<boolean>('boolean'),
  tags: column<readonly string[]>('text[]'),
  /** Number of tests in the document. */
  tests: column<number>('integer'),
  /** Null for a correlation. */
  logsource: nullable<LogSource>('jsonb'),
  /** Null for other kinds. */
  correlation: nullable<RuleCorrelation>('jsonb'),
  /** Ids of the rules that it is over or applies to. */
  rule_references: column<readonly string[]>('text[]'),
  controls: column<Record<string, string[]>>('jsonb'),
  runbook: nullable<string>('text'),
  /** Author, date, references, falsepositives … */
  metadata: column<JsonObject>('jsonb'),
  problems: column<readonly RuleProblem[]>('jsonb'),
  /** The document as it stands in its file. */
  source: column<string>('text'),
};

/** A rule as it goes into the catalogue. */
export const CATALOGUE_RULE = without(RULE, 'version');
export type CatalogueRule = RowOf<typeof CATALOGUE_RULE>;
