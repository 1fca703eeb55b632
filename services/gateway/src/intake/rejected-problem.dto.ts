import type { RejectedItem } from '@mcm/contracts';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { contractSchema } from '../openapi/contract-schemas.js';
import { ProblemDto } from '../openapi/problem.dto.js';

/** The answer when no item of a request could be accepted. */
@ApiSchema({ name: 'RejectedProblem' })
export class RejectedProblemDto extends ProblemDto {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Number of refused items.' })
  rejected_total!: number;

  @ApiProperty({
    type: 'array',
    items: contractSchema('RejectedItem'),
    maxItems: 100,
    description: 'The first 100 refused items.',
  })
  rejected!: readonly RejectedItem[];
}
