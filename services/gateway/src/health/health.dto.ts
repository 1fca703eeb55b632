import type { PartHealth } from '@mcm/platform';
import { ApiExtraModels, ApiProperty, ApiPropertyOptional, ApiSchema, getSchemaPath } from '@nestjs/swagger';

/** The process answers. */
@ApiSchema({ name: 'Health' })
export class HealthDto {
  @ApiProperty({ enum: ['ok'] })
  status!: 'ok';
}

/** State of one part. */
@ApiSchema({ name: 'PartHealth' })
export class PartHealthDto implements PartHealth {
  @ApiProperty({
    enum: ['up', 'degraded', 'down'],
    description: '`degraded`: works, but needs attention.',
  })
  status!: PartHealth['status'];

  @ApiPropertyOptional({ description: 'Why the part is not up.' })
  detail?: string;
}

/** Whether work can be done, and which part is in the way. */
@ApiExtraModels(PartHealthDto)
@ApiSchema({ name: 'Readiness' })
export class ReadinessDto {
  @ApiProperty({ enum: ['ok', 'down'], description: '`down` when any part is.' })
  status!: 'ok' | 'down';

  @ApiProperty({
    type: 'object',
    additionalProperties: { $ref: getSchemaPath(PartHealthDto) },
    example: { postgresql: { status: 'up' } },
  })
  parts!: Record<string, PartHealthDto>;
}
