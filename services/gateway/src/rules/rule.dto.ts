import {
  RULE_KINDS,
  RULE_LEVELS,
  type JsonObject,
  type LogSource,
  type RuleCorrelation,
  type RuleKind,
  type RuleLevel,
  type RuleProblem,
} from '@mcm/contracts';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { StoredOverrideChange, StoredRule, StoredRuleDetail } from './rule-reader.js';

/** Something wrong with a rule file. */
@ApiSchema({ name: 'RuleProblem' })
export class RuleProblemDto implements RuleProblem {
  @ApiProperty({ example: 'rules/core/night_deployment.yml' })
  path!: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  line!: number;

  @ApiProperty({ type: 'integer', minimum: 1 })
  column!: number;

  @ApiProperty({
    enum: ['error', 'warning'],
    description: 'An `error` keeps its document out of force, a `warning` does not.',
  })
  severity!: 'error' | 'warning';

  @ApiProperty({ description: 'Stable code.', example: 'CONDITION.UNKNOWN_NAME' })
  code!: string;

  @ApiProperty()
  message!: string;
}

/** What a correlation counts. */
@ApiSchema({ name: 'RuleCorrelation' })
export class RuleCorrelationDto implements RuleCorrelation {
  @ApiProperty({ example: 'event_count' })
  type!: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'number' },
    description: 'All operators must hold.',
    example: { gte: 5 },
  })
  threshold!: Record<string, number>;

  @ApiProperty({ type: [String] })
  group_by!: string[];

  @ApiProperty({ type: 'number' })
  timespan_seconds!: number;

  @ApiProperty({ type: [String], description: 'Fields whose values are counted or aggregated.' })
  fields!: string[];
}

/** A rule as shown in lists. */
@ApiSchema({ name: 'Rule', description: 'A rule in force.' })
export class RuleDto implements StoredRule {
  @ApiProperty()
  id!: string;

  @ApiProperty({ example: 'too_many_failed_logins' })
  name!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ description: 'Folder of the rule, relative to the folder of all rules.', example: 'core' })
  pack!: string;

  @ApiProperty({ example: 'rules/core/too_many_failed_logins.yml' })
  path!: string;

  @ApiProperty({
    enum: RULE_KINDS,
    enumName: 'RuleKind',
    description:
      '`event`: over single events; `correlation`: over several; `filter`: an exception to others.',
  })
  kind!: RuleKind;

  @ApiProperty({ enum: RULE_LEVELS, enumName: 'RuleLevel', description: 'As in its document.' })
  level!: RuleLevel;

  @ApiProperty({ enum: RULE_LEVELS, enumName: 'RuleLevel', description: 'The level of its findings.' })
  effective_level!: RuleLevel;

  @ApiProperty({ description: 'False when the rule is disabled: its findings are not kept.' })
  enabled!: boolean;

  @ApiProperty({ description: 'A building block: it raises no findings and is used by other rules.' })
  silent!: boolean;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    description: 'The log source of its events; null for a correlation.',
    example: { product: 'mcm', service: 'activity' },
  })
  logsource!: LogSource | null;

  @ApiProperty({ type: [String] })
  tags!: readonly string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
    description: 'Controls that the rule supports, by framework.',
    example: { tsc: ['CC6.1'] },
  })
  controls!: Record<string, string[]>;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Number of findings that the rule raised.' })
  hits!: number;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When the rule last raised or extended a finding.',
  })
  last_hit!: string | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description:
      'Number of events that the rule skipped, because its regular expressions cost too much on their ' +
      'texts.',
  })
  skipped_events!: number;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When the rule last skipped an event.',
  })
  last_skip!: string | null;

  @ApiProperty({ type: [RuleProblemDto], description: 'Warnings about its document.' })
  problems!: readonly RuleProblemDto[];
}

/** Another rule. */
@ApiSchema({ name: 'RuleReference' })
export class RuleReferenceDto {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;
}

/** A change of an override: the state after the change. */
@ApiSchema({ name: 'RuleChange' })
export class RuleChangeDto implements StoredOverrideChange {
  @ApiProperty({ type: 'integer', minimum: 1 })
  revision!: number;

  @ApiProperty()
  enabled!: boolean;

  @ApiProperty({
    enum: RULE_LEVELS,
    enumName: 'RuleLevel',
    nullable: true,
    description: 'Null: the level of its document.',
  })
  level!: RuleLevel | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The name that was entered; it is not verified.',
  })
  changed_by!: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  reason!: string | null;

  @ApiProperty({ format: 'date-time' })
  at!: string;
}

/** Everything about a rule. */
@ApiSchema({ name: 'RuleDetail', description: 'A rule in force with its text and its history.' })
export class RuleDetailDto extends RuleDto implements StoredRuleDetail {
  @ApiProperty({ type: 'string', nullable: true, example: 'stable' })
  status!: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  description!: string | null;

  @ApiProperty({ type: 'integer', minimum: 1, description: 'Line at which the rule begins in its file.' })
  line!: number;

  @ApiProperty({ description: 'Text of the document in its file.' })
  source!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'Version number of the text.',
  })
  version!: number;

  @ApiProperty({ description: 'SHA-256 of the document; in findings `rule_hash`.' })
  content_hash!: string;

  @ApiProperty({ format: 'date-time', description: 'When this text first came into force.' })
  loaded_at!: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Number of tests in its document.' })
  tests!: number;

  @ApiProperty({ type: RuleCorrelationDto, nullable: true, description: 'Null for other kinds.' })
  correlation!: RuleCorrelationDto | null;

  @ApiProperty({ type: [RuleReferenceDto], description: 'Rules that this correlation or filter refers to.' })
  references!: RuleReferenceDto[];

  @ApiProperty({ type: [RuleReferenceDto], description: 'Correlations and filters that refer to this rule.' })
  referenced_by!: RuleReferenceDto[];

  @ApiProperty({ type: 'string', nullable: true, description: 'How to respond to a finding.' })
  runbook!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Author, date, references and other keys of Sigma.',
  })
  metadata!: JsonObject;

  @ApiProperty({
    enum: RULE_LEVELS,
    enumName: 'RuleLevel',
    nullable: true,
    description: 'The level that overrides `level`; null without an override.',
  })
  level_override!: RuleLevel | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: 'Number of the last change of the override; 0 without a change.',
  })
  override_revision!: number;

  @ApiProperty({ type: [RuleChangeDto], description: 'Changes, newest first, at most 50.' })
  changes!: RuleChangeDto[];
}

/** A folder of rules. */
@ApiSchema({ name: 'RulePack' })
export class RulePackDto {
  @ApiProperty()
  pack!: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  rules!: number;
}

/** One page of rules. */
@ApiSchema({ name: 'RulePage' })
export class RulePageDto {
  @ApiProperty({ type: [RuleDto] })
  items!: RuleDto[];

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Rules that match, on all pages.' })
  total!: number;

  @ApiProperty({ type: 'integer', minimum: 1 })
  page!: number;

  @ApiProperty({ type: 'integer', minimum: 1 })
  page_size!: number;

  @ApiProperty({ type: [RulePackDto], description: 'Names of all packs.' })
  packs!: RulePackDto[];
}

/** An attempt to replace the rules that failed. */
@ApiSchema({ name: 'RefusedReload' })
export class RefusedReloadDto {
  @ApiProperty({ format: 'date-time' })
  at!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The name that was entered; it is not verified.',
  })
  requested_by!: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  reason!: string | null;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Rules on disk without an error.' })
  rules!: number;

  @ApiProperty({ type: [RuleProblemDto] })
  problems!: RuleProblemDto[];
}

/** What is wrong with rule files. */
@ApiSchema({ name: 'RuleProblems' })
export class RuleProblemsDto {
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Number of the set of rules in force.' })
  revision!: number;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When the set came into force.',
  })
  loaded_at!: string | null;

  @ApiProperty({ type: [RuleProblemDto], description: 'Problems of its files.' })
  problems!: RuleProblemDto[];

  @ApiProperty({
    type: RefusedReloadDto,
    nullable: true,
    description: 'The last reload, if it was refused.',
  })
  refused!: RefusedReloadDto | null;
}
