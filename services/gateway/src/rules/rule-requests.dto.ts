import { RULE_KINDS, RULE_LEVELS, type RuleKind, type RuleLevel } from '@mcm/contracts';
import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import {
  BooleanParameter,
  IntegerParameter,
  NameParameter,
  TextFilter,
  TextParameter,
  WordParameter,
} from '../parameters/parameter.decorators.js';
import { RuleProblemDto } from './rule.dto.js';
import { RULE_ORDERS, type RuleOrder } from './rule-reader.js';

/** Names one rule. */
export class RulePath {
  @NameParameter({ description: 'Id of the rule, or its name.', maxLength: 256 })
  id!: string;
}

/** Filters, order and paging of `GET /rules`; all filters must hold. */
export class ListRulesQuery {
  @IntegerParameter({ min: 1, max: 1_000_000, default: 1, description: 'Page number, starting at 1.' })
  page: number = 1;

  @IntegerParameter({ min: 1, max: 500, default: 50, description: 'Rules per page.' })
  page_size: number = 50;

  @TextFilter({ description: 'Only rules with this text in id, name, title, description or a tag.' })
  q?: string;

  @TextFilter({ description: 'Only rules of this pack.', example: 'core' })
  pack?: string;

  @WordParameter(RULE_KINDS, {
    many: true,
    enumName: 'RuleKind',
    description: 'Only these kinds; may be repeated.',
  })
  kind?: RuleKind[];

  @WordParameter(RULE_LEVELS, {
    many: true,
    enumName: 'RuleLevel',
    description: 'Only rules whose findings have one of these levels; may be repeated.',
  })
  level?: RuleLevel[];

  @BooleanParameter({ description: 'Only rules that are enabled, or only those that are not.' })
  enabled?: boolean;

  @WordParameter(RULE_ORDERS, {
    description: 'Order: by name, or with the most hits, the latest hit or the highest level first.',
  })
  sort: RuleOrder = 'name';
}

/** What to change about a rule; what is absent stays as it is. */
@ApiSchema({ name: 'RuleChangeRequest' })
export class RuleChangeRequestDto {
  @ApiPropertyOptional({
    type: 'boolean',
    nullable: true,
    description: 'False: findings of the rule are not kept. Null removes the override.',
  })
  @IsOptional()
  @IsBoolean({ message: '$property must be true, false or null' })
  enabled?: boolean | null;

  @WordParameter(RULE_LEVELS, {
    enumName: 'RuleLevel',
    nullable: true,
    description: 'The level of new findings. Null removes the override.',
  })
  level?: RuleLevel | null;

  @TextParameter({ description: 'Who makes the change, as entered by the caller; it is not verified.' })
  by?: string;

  @TextParameter({ description: 'Reason for the change, for the history.' })
  reason?: string;

  @IntegerParameter({
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: 'Make the change only if this is still the `override_revision` of the rule.',
  })
  override_revision?: number;
}

/** How to read the rules from disk. */
@ApiSchema({ name: 'RulesReloadRequest' })
export class RulesReloadRequestDto {
  @BooleanParameter({ description: 'Load the valid documents and leave out documents with errors.' })
  skip_faulty?: boolean;

  @TextParameter({ description: 'Who requests the reload, as entered by the caller; it is not verified.' })
  by?: string;

  @TextParameter({ description: 'Reason for the change, for the history.' })
  reason?: string;
}

/** What came of reading the rules from disk. */
@ApiSchema({ name: 'RulesReload' })
export class RulesReloadDto {
  @ApiProperty({ enum: ['replaced', 'unchanged'] })
  outcome!: 'replaced' | 'unchanged';

  @ApiProperty({ type: 'integer', minimum: 1, description: 'Number of the set of rules in force.' })
  revision!: number;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Number of rules in the set.' })
  rules!: number;

  @ApiProperty({ type: [String], description: 'Ids.' })
  added!: string[];

  @ApiProperty({ type: [String], description: 'Ids.' })
  changed!: string[];

  @ApiProperty({ type: [String], description: 'Ids.' })
  removed!: string[];

  @ApiProperty({ type: [RuleProblemDto], description: 'Problems of the files, at most 1000.' })
  problems!: RuleProblemDto[];
}
