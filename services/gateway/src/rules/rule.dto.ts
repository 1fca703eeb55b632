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
import type { StoredRule, StoredRuleDetail, StoredSwitchChange } from '@mcm/persistence';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';

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

  @ApiProperty({ description: 'Stable.', example: 'CONDITION.UNKNOWN_NAME' })
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
    description: 'All must hold.',
    example: { gte: 5 },
  })
  threshold!: Record<string, number>;

  @ApiProperty({ type: [String] })
  group_by!: string[];

  @ApiProperty({ type: 'number' })
  timespan_seconds!: number;

  @ApiProperty({ type: [String], description: 'Fields whose values are counted or calculated with.' })
  fields!: string[];
}

/** A rule as it stands in lists. */
@ApiSchema({ name: 'Rule', description: 'A rule in force.' })
export class RuleDto implements StoredRule {
  @ApiProperty()
  id!: string;

  @ApiProperty({ example: 'too_many_failed_logins' })
  name!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ description: 'Its folder below the folder of all rules.', example: 'core' })
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

  @ApiProperty({ enum: RULE_LEVELS, enumName: 'RuleLevel', description: 'As its document says.' })
  level!: RuleLevel;

  @ApiProperty({ enum: RULE_LEVELS, enumName: 'RuleLevel', description: 'The one that its findings get.' })
  effective_level!: RuleLevel;

  @ApiProperty({ description: 'False when somebody disabled it: nothing that it finds is kept.' })
  enabled!: boolean;

  @ApiProperty({ description: 'Raises no findings of its own: other rules are made of it.' })
  silent!: boolean;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    nullable: true,
    description: 'What events it is for; null for a correlation.',
    example: { product: 'mcm', service: 'activity' },
  })
  logsource!: LogSource | null;

  @ApiProperty({ type: [String] })
  tags!: readonly string[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
    description: 'Controls it serves, by framework.',
    example: { tsc: ['CC6.1'] },
  })
  controls!: Record<string, string[]>;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Findings that it raised.' })
  hits!: number;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When it last raised or extended a finding.',
  })
  last_hit!: string | null;

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description:
      'Events that it was not tried on, because its regular expressions cost too much on their texts.',
  })
  skipped_events!: number;

  @ApiProperty({ type: 'string', format: 'date-time', nullable: true, description: 'When that was last.' })
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

/** A change that somebody made to a rule: how it was afterwards. */
@ApiSchema({ name: 'RuleChange' })
export class RuleChangeDto implements StoredSwitchChange {
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
    description: 'The name that was entered; nothing verifies it.',
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

  @ApiProperty({ type: 'integer', minimum: 1, description: 'Where it begins in its file.' })
  line!: number;

  @ApiProperty({ description: 'Its document as it stands in its file.' })
  source!: string;

  @ApiProperty({
    type: 'integer',
    minimum: 1,
    description: 'Number of this text among all that the rule has had.',
  })
  version!: number;

  @ApiProperty({ description: 'SHA-256 of the document; findings name it as `rule_hash`.' })
  content_hash!: string;

  @ApiProperty({ format: 'date-time', description: 'When this text first came into force.' })
  loaded_at!: string;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Tests in its document.' })
  tests!: number;

  @ApiProperty({ type: RuleCorrelationDto, nullable: true, description: 'Null for other kinds.' })
  correlation!: RuleCorrelationDto | null;

  @ApiProperty({ type: [RuleReferenceDto], description: 'Rules that it is over or applies to.' })
  references!: RuleReferenceDto[];

  @ApiProperty({ type: [RuleReferenceDto], description: 'Rules that are over it or apply to it.' })
  referenced_by!: RuleReferenceDto[];

  @ApiProperty({ type: 'string', nullable: true, description: 'What to do about a finding.' })
  runbook!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Author, date, references and what else Sigma has a key for.',
  })
  metadata!: JsonObject;

  @ApiProperty({
    enum: RULE_LEVELS,
    enumName: 'RuleLevel',
    nullable: true,
    description: 'What was set in place of `level`; null when nothing was.',
  })
  level_override!: RuleLevel | null;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Number of its last change; 0 without one.' })
  switch_revision!: number;

  @ApiProperty({ type: [RuleChangeDto], description: 'Newest first, at most 50.' })
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

  @ApiProperty({ type: [RulePackDto], description: 'All packs.' })
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
    description: 'The name that was entered; nothing verifies it.',
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
    description: 'When it came into force.',
  })
  loaded_at!: string | null;

  @ApiProperty({ type: [RuleProblemDto], description: 'Of its files.' })
  problems!: RuleProblemDto[];

  @ApiProperty({
    type: RefusedReloadDto,
    nullable: true,
    description: 'The last reload, when it was refused.',
  })
  refused!: RefusedReloadDto | null;
}
