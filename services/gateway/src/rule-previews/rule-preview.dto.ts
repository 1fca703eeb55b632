import {
  RULE_KINDS,
  RULE_LEVELS,
  SEVERITIES,
  type FindingReason,
  type RuleKind,
  type RuleLevel,
  type Severity,
} from '@mcm/contracts';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { contractSchema } from '../openapi/contract-schemas.js';
import { JobStatusDto } from '../jobs/job-status.dto.js';
import {
  IntegerParameter,
  TextParameter,
  ThresholdParameter,
  TimestampParameter,
  WordParameter,
} from '../parameters/parameter.decorators.js';
import { RuleProblemDto } from '../rules/rule.dto.js';

/** Longest text of a rule, in characters. */
const YAML_MAX = 1_000_000;
/** Longest timespan of a correlation: ten years. */
const TIMESPAN_MAX_SECONDS = 3650 * 86_400;

/** Which rule to try, and on which events. */
@ApiSchema({ name: 'RulePreviewRequest' })
export class RulePreviewRequestDto {
  @TextParameter({
    maxLength: YAML_MAX,
    description:
      'Sigma documents, as in a file. They can refer to rules in force, and they replace rules with the ' +
      'same id or name. Set either this or `rule`.',
  })
  yaml?: string;

  @TextParameter({ description: 'Id or name of a rule in force, to preview with the changes below.' })
  rule?: string;

  @WordParameter(RULE_LEVELS, { enumName: 'RuleLevel', description: 'With `rule`: a different level.' })
  level?: RuleLevel;

  @ThresholdParameter({ description: 'With `rule`: different operators for the condition of a correlation.' })
  threshold?: Record<string, number>;

  @IntegerParameter({
    min: 1,
    max: TIMESPAN_MAX_SECONDS,
    description: 'With `rule`: a different timespan for a correlation.',
  })
  timespan_seconds?: number;

  @TimestampParameter({
    description: 'Only events at or after this time; seven days before `to` unless given.',
  })
  from?: string;

  @TimestampParameter({ description: 'Only events before this time; now unless given.' })
  to?: string;

  @IntegerParameter({
    min: 1,
    max: 1_000_000_000,
    description: 'Maximum number of events to read, at most RULES_PREVIEW_EVENTS.',
  })
  max_events?: number;
}

/** Findings of a day. */
@ApiSchema({ name: 'PreviewDay' })
export class PreviewDayDto {
  @ApiProperty({ format: 'date', description: 'UTC day of the first event.' })
  date!: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  count!: number;
}

/** How much a rule finds. */
@ApiSchema({ name: 'PreviewCount' })
export class PreviewCountDto {
  @ApiProperty({ type: 'integer', minimum: 0 })
  findings!: number;

  @ApiProperty({
    type: [PreviewDayDto],
    description: 'Oldest day first; days without findings are left out.',
  })
  days!: PreviewDayDto[];
}

/** A rule that was tried. */
@ApiSchema({ name: 'PreviewedRule' })
export class PreviewedRuleDto {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty()
  title!: string;

  @ApiProperty({ enum: RULE_KINDS, enumName: 'RuleKind' })
  kind!: RuleKind;

  @ApiProperty({ enum: RULE_LEVELS, enumName: 'RuleLevel' })
  level!: RuleLevel;
}

/** A user or a group with findings. */
@ApiSchema({ name: 'PreviewGroup' })
export class PreviewGroupDto {
  @ApiProperty()
  name!: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  count!: number;
}

/** A finding that there would be. */
@ApiSchema({ name: 'PreviewFinding' })
export class PreviewFindingDto {
  @ApiProperty({ enum: SEVERITIES, enumName: 'Severity' })
  severity!: Severity;

  @ApiProperty()
  description!: string;

  @ApiProperty()
  user!: string;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  group!: Record<string, string>;

  @ApiProperty({ format: 'date-time' })
  first_seen!: string;

  @ApiProperty({ format: 'date-time' })
  last_seen!: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  event_count!: number;

  @ApiProperty({ type: [String], description: 'Identities of the events of the finding, at most 100.' })
  event_uids!: string[];

  @ApiProperty({ type: 'array', items: contractSchema('FindingReason'), description: 'As in a finding.' })
  reasons!: FindingReason[];
}

/** Why, and where, looking at events was ended early. */
@ApiSchema({ name: 'PreviewCut' })
export class PreviewCutDto {
  @ApiProperty({ enum: ['events', 'time'], description: 'The limit that was reached.' })
  reason!: 'events' | 'time';

  @ApiProperty({ format: 'date-time', description: 'Time of the last event that was read.' })
  at!: string;
}

/** What a rule would have found. */
@ApiSchema({ name: 'PreviewReport' })
export class PreviewReportDto extends PreviewCountDto {
  @ApiProperty({ type: [PreviewedRuleDto] })
  rules!: PreviewedRuleDto[];

  @ApiProperty({ description: 'The text that was previewed, for the file of the rule.' })
  yaml!: string;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example: { high: 3 } })
  by_severity!: Record<string, number>;

  @ApiProperty({
    type: [PreviewGroupDto],
    description: 'The groups of correlations and the users of events with the most findings, at most 10.',
  })
  top!: PreviewGroupDto[];

  @ApiProperty({ type: [PreviewFindingDto], description: 'The latest findings, newest first, at most 10.' })
  samples!: PreviewFindingDto[];

  @ApiProperty({
    type: PreviewCountDto,
    nullable: true,
    description: 'Findings of the rule in force over the same events; null when the rule is new.',
  })
  present!: PreviewCountDto | null;

  @ApiProperty({ type: [RuleProblemDto], description: 'Warnings about the text of the rule.' })
  problems!: RuleProblemDto[];

  @ApiProperty({ type: [String], description: 'Sentences about the limits of the numbers.' })
  warnings!: string[];

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Number of events that were read.' })
  events!: number;

  @ApiProperty({ type: 'integer', minimum: 0 })
  elapsed_ms!: number;

  @ApiProperty({ format: 'date-time' })
  from!: string;

  @ApiProperty({ format: 'date-time' })
  to!: string;

  @ApiProperty({
    type: PreviewCutDto,
    nullable: true,
    description: 'Null when all events of the range were read.',
  })
  cut!: PreviewCutDto | null;
}

/** Trying a rule. */
@ApiSchema({ name: 'RulePreview' })
export class RulePreviewDto extends JobStatusDto {
  @ApiProperty({ format: 'date-time' })
  from!: string;

  @ApiProperty({ format: 'date-time' })
  to!: string;

  @ApiProperty({ type: PreviewReportDto, nullable: true, description: 'Null until it is completed.' })
  result!: PreviewReportDto | null;
}
