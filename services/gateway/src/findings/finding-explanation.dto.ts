import { SEVERITIES, type FindingReason, type Severity } from '@mcm/contracts';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { contractSchema } from '../openapi/contract-schemas.js';

/** The text of the rule that raised a finding. */
@ApiSchema({ name: 'ExplainedRule' })
export class ExplainedRuleDto {
  @ApiProperty()
  id!: string;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  version!: number;

  @ApiProperty()
  content_hash!: string;

  @ApiProperty({ description: 'The document at that time.' })
  source!: string;

  @ApiProperty({ description: 'Whether the rule and the rules that it refers to are still in force.' })
  in_force!: boolean;
}

/** What evaluation gives now. */
@ApiSchema({ name: 'ReevaluatedFinding' })
export class ReevaluatedFindingDto {
  @ApiProperty({ enum: SEVERITIES, enumName: 'Severity' })
  severity!: Severity;

  @ApiProperty()
  description!: string;

  @ApiProperty({ format: 'date-time' })
  first_seen!: string;

  @ApiProperty({ format: 'date-time' })
  last_seen!: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  event_count!: number;

  @ApiProperty({ type: [String] })
  event_uids!: string[];

  @ApiProperty({ type: 'array', items: contractSchema('FindingReason'), description: 'As in a finding.' })
  reasons!: FindingReason[];
}

/** Whether the rule behind a finding gives it again. */
@ApiSchema({ name: 'FindingExplanation' })
export class FindingExplanationDto {
  @ApiProperty({
    enum: ['same', 'different', 'unknown'],
    description: '`same`: evaluation gives the same finding; `unknown`: the finding could not be evaluated.',
  })
  outcome!: 'same' | 'different' | 'unknown';

  @ApiProperty({ type: [String], description: 'The differences, or why the finding could not be evaluated.' })
  remarks!: string[];

  @ApiProperty({ type: ExplainedRuleDto, nullable: true })
  rule!: ExplainedRuleDto | null;

  @ApiProperty({ type: 'integer', minimum: 0, description: 'Events that were evaluated.' })
  events!: number;

  @ApiProperty({
    type: ReevaluatedFindingDto,
    nullable: true,
    description: 'Null when the rule does not fit the events.',
  })
  finding!: ReevaluatedFindingDto | null;
}
