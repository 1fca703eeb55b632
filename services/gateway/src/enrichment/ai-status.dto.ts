import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** What may be spent, and what was spent today. */
@ApiSchema({ name: 'AiBudget' })
export class AiBudgetDto {
  @ApiProperty({ type: 'integer', nullable: true, description: 'Tokens per UTC day; null means no limit.' })
  tokens_per_day!: number | null;

  @ApiProperty({
    type: 'integer',
    description: 'Tokens used today (UTC), including those reserved for open requests.',
  })
  tokens_today!: number;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Null means no limit.' })
  requests_per_minute!: number | null;

  @ApiProperty({ type: 'integer' })
  requests_today!: number;

  @ApiProperty({ type: 'integer', description: 'Maximum number of concurrent requests.' })
  concurrency!: number;

  @ApiProperty({
    type: 'number',
    nullable: true,
    description: 'In US dollars; null when no price is configured.',
  })
  cost_usd_today!: number | null;
}

/** Whether a model answers, and if not, why. */
@ApiSchema({ name: 'AiStatus' })
export class AiStatusDto {
  @ApiProperty({
    enum: ['off', 'on', 'paused', 'refused', 'unknown'],
    description:
      '`off`: no model is configured. `paused`: no requests are sent for a while. `refused`: key or model ' +
      'are wrong. `unknown`: no worker has started yet.',
  })
  state!: 'off' | 'on' | 'paused' | 'refused' | 'unknown';

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'The reason why the heuristic answers, as a sentence.',
  })
  reason!: string | null;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When the state ends, if known.',
  })
  until!: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  model!: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  endpoint!: string | null;

  @ApiProperty({ type: 'string', nullable: true })
  prompt_version!: string | null;

  @ApiProperty({
    type: 'string',
    description: 'Lowest severity of findings that are enriched automatically, or `off`.',
  })
  auto_enrich!: string;

  @ApiProperty({ description: 'Users, addresses, hosts and ids are replaced before anything is sent.' })
  pseudonymise!: boolean;

  @ApiProperty({ type: AiBudgetDto, nullable: true, description: 'Null when no model is configured.' })
  budget!: AiBudgetDto | null;
}
