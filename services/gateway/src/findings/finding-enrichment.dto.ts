import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import {
  type ClaimEvidence,
  type Confidence,
  CONFIDENCES,
  type EnrichmentClaim,
  type EnrichmentDetails,
  type InjectionSign,
} from '@mcm/contracts';
import type { FindingEnrichment } from '@mcm/persistence';

/** What a statement rests on. */
@ApiSchema({ name: 'ClaimEvidence' })
export class ClaimEvidenceDto implements ClaimEvidence {
  @ApiProperty({ type: [String], description: 'Events with this value; empty when the rule provides it.' })
  event_uids!: readonly string[];

  @ApiProperty({
    description: 'Field of the events (`event_type`, `user`, or a path in `raw_data`), or of the rule.',
    example: 'ip',
  })
  field!: string;
}

/** One statement of an explanation. */
@ApiSchema({ name: 'EnrichmentClaim' })
export class EnrichmentClaimDto implements EnrichmentClaim {
  @ApiProperty()
  text!: string;

  @ApiProperty({ type: [ClaimEvidenceDto] })
  evidence!: readonly ClaimEvidenceDto[];
}

/** An explanation in its parts. */
@ApiSchema({ name: 'EnrichmentDetails' })
export class EnrichmentDetailsDto implements EnrichmentDetails {
  @ApiProperty({ description: 'One sentence.' })
  summary!: string;

  @ApiProperty({ type: [EnrichmentClaimDto], description: 'Each with evidence.' })
  what_happened!: readonly EnrichmentClaimDto[];

  @ApiProperty({ type: [EnrichmentClaimDto], description: 'Each with evidence.' })
  why_it_matters!: readonly EnrichmentClaimDto[];

  @ApiProperty({ type: [EnrichmentClaimDto], description: 'Next steps for the analyst, in this order.' })
  check_next!: readonly EnrichmentClaimDto[];

  @ApiProperty({
    type: [EnrichmentClaimDto],
    description: 'What would have to be true for the finding to be harmless.',
  })
  harmless_if!: readonly EnrichmentClaimDto[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
    description: "Affected controls by framework, a subset of the rule's controls.",
  })
  controls!: Readonly<Record<string, readonly string[]>>;
}

/** A field whose text tries to instruct a model. */
@ApiSchema({ name: 'InjectionSign' })
export class InjectionSignDto implements InjectionSign {
  @ApiProperty()
  event_uid!: string;

  @ApiProperty()
  field!: string;
}

/** Why the heuristic answered in place of a model. */
@ApiSchema({ name: 'EnrichmentFallback' })
export class EnrichmentFallbackDto {
  @ApiProperty({ example: 'AI.BUDGET_TOKENS' })
  code!: string;

  @ApiProperty()
  reason!: string;
}

/** What an enrichment says and how it came about. */
@ApiSchema({ name: 'FindingEnrichment' })
export class FindingEnrichmentDto implements FindingEnrichment {
  @ApiProperty({
    type: 'string',
    enum: CONFIDENCES,
    nullable: true,
    description: 'The confidence that the model states.',
  })
  confidence!: Confidence | null;

  @ApiProperty({ type: EnrichmentDetailsDto, nullable: true })
  details!: EnrichmentDetailsDto | null;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Version of the prompt; null for the heuristic.',
  })
  prompt_version!: string | null;

  @ApiProperty({ description: 'The answer came from the cache: no question was asked for this finding.' })
  cached!: boolean;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Tokens that this enrichment used.' })
  input_tokens!: number | null;

  @ApiProperty({ type: 'integer', nullable: true })
  output_tokens!: number | null;

  @ApiProperty({
    type: 'number',
    nullable: true,
    description: 'In US dollars; null when no price is configured.',
  })
  cost_usd!: number | null;

  @ApiProperty({ type: [InjectionSignDto], description: 'Fields with text that tries to instruct a model.' })
  injections!: readonly InjectionSignDto[];

  @ApiProperty({
    type: EnrichmentFallbackDto,
    nullable: true,
    description: 'Why the heuristic answered in place of a model.',
  })
  fallback!: EnrichmentFallbackDto | null;

  @ApiProperty({ description: 'The finding has grown since.' })
  outdated!: boolean;
}
